import { describeSelection } from '../cluster/selection.ts';
import type { Fault } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';
import { provedState } from './proved-state.ts';

export const pauseSchema = faultDataSchema('pause', {});

/** Freezes nodes without closing their sockets: to their peers they are slow, not gone. Healed by resuming them. */
export function pause({ nodes }: FaultOptions): Fault {
  return {
    name: 'pause',
    data: { kind: 'pause', nodes },
    needs: ['processes.pause'],
    nodes,
    undoes: ['processes.resume'],
    describe: () => `pause ${describeSelection(nodes)}`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      await Promise.all(
        victims.map((node) => healing.register({ undo: 'processes.resume', process: processes.identityOf(node) })),
      );
      await Promise.all(victims.map((node) => processes.pause(node)));
      return null;
    },

    prove: (cluster, victims) => provedState(cluster, victims, 'paused'),
  };
}
