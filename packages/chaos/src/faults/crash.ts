import { describeSelection } from '../cluster/selection.ts';
import type { Fault } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';
import { provedState } from './proved-state.ts';

export const crashSchema = faultDataSchema('crash', {});

/** Kills nodes with SIGKILL, all at the same instant: nothing is flushed, closed or said. Healed by starting them again. */
export function crash({ nodes }: FaultOptions): Fault {
  return {
    name: 'crash',
    data: { kind: 'crash', nodes },
    needs: ['processes.kill', 'processes.restart'],
    nodes,
    undoes: ['processes.start'],
    describe: () => `kill ${describeSelection(nodes)} with SIGKILL`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      await Promise.all(victims.map(({ name }) => healing.register({ undo: 'processes.start', node: name })));
      await Promise.all(victims.map((node) => processes.kill(node)));
      return null;
    },

    prove: (cluster, victims) => provedState(cluster, victims, 'gone'),
  };
}
