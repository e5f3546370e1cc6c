import { describeSelection } from '../cluster/selection.ts';
import type { Fault } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';
import { provedState } from './proved-state.ts';

export const wipeSchema = faultDataSchema('wipe', {});

/** Kills nodes with SIGKILL and empties their disks. Healed by starting them: they must sync from their peers. */
export function wipe({ nodes }: FaultOptions): Fault {
  return {
    name: 'wipe',
    data: { kind: 'wipe', nodes },
    needs: ['processes.kill', 'processes.restart', 'disks.wipe'],
    nodes,
    undoes: ['processes.start'],
    describe: () => `kill ${describeSelection(nodes)} and empty their disks`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      const disks = control(cluster, 'disks');
      await Promise.all(victims.map(({ name }) => healing.register({ undo: 'processes.start', node: name })));
      await Promise.all(victims.map((node) => processes.kill(node)));
      const held = await Promise.all(victims.map((node) => disks.usedBytes(node)));
      await Promise.all(victims.map((node) => disks.wipe(node)));
      return held;
    },

    async prove(cluster, victims, held) {
      const disks = control(cluster, 'disks');
      const left = await Promise.all(victims.map((node) => disks.usedBytes(node)));
      const before = held as readonly number[];
      // What is left is what a node needs to start at all, such as its keys.
      const full = left.findIndex((bytes, place) => bytes > 0 && bytes >= (before[place] ?? 0));
      if (full >= 0) {
        return { proved: false, reason: `the disk of ${victims[full]!.name} still holds ${left[full]} bytes` };
      }
      return provedState(cluster, victims, 'gone', { bytesBefore: held, bytesAfter: left });
    },
  };
}
