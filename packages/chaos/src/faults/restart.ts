import { describeSelection } from '../cluster/selection.ts';
import type { Fault } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';

export const restartSchema = faultDataSchema('restart', {});

/** Kills nodes with SIGKILL and starts them again at once, over the disks that they left. */
export function restart({ nodes }: FaultOptions): Fault {
  return {
    name: 'restart',
    data: { kind: 'restart', nodes },
    needs: ['processes.kill', 'processes.restart'],
    nodes,
    undoes: ['processes.start'],
    describe: () => `kill ${describeSelection(nodes)} with SIGKILL and start again at once`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      const before = victims.map((node) => ({ node: node.name, ...processes.identityOf(node) }));
      await Promise.all(victims.map(({ name }) => healing.register({ undo: 'processes.start', node: name })));
      await Promise.all(victims.map((node) => processes.kill(node)));
      await Promise.all(victims.map((node) => processes.start(node)));
      return before;
    },

    async prove(cluster, victims, before) {
      const processes = control(cluster, 'processes');
      const after = victims.map((node) => ({ node: node.name, ...processes.identityOf(node) }));
      const former = before as typeof after;
      // Another process by the kernel's own account: a new pid, or the same one started at another time.
      const same = after.find(({ pid, startTime }, place) => {
        return former[place]?.pid === pid && former[place]?.startTime === startTime;
      });
      if (same !== undefined) return { proved: false, reason: `${same.node} is still process ${same.pid}` };
      return { proved: true, evidence: { before, after } };
    },
  };
}
