import { describeSelection } from '../cluster/selection.ts';
import type { Fault } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';
import { provedState } from './proved-state.ts';

export const terminateSchema = faultDataSchema('terminate', {});

/** Asks nodes to stop with SIGTERM and waits until they have: the graceful shutdown. Healed by starting them again. */
export function terminate({ nodes }: FaultOptions): Fault {
  return {
    name: 'terminate',
    data: { kind: 'terminate', nodes },
    needs: ['processes.terminate', 'processes.restart'],
    nodes,
    undoes: ['processes.start'],
    describe: () => `stop ${describeSelection(nodes)} with SIGTERM`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      await Promise.all(victims.map(({ name }) => healing.register({ undo: 'processes.start', node: name })));
      const ends = await Promise.all(victims.map((node) => processes.terminate(node)));
      return victims.map(({ name }, place) => ({ node: name, ...ends[place]! }));
    },

    prove: (cluster, victims, ends) => provedState(cluster, victims, 'gone', { ends }),
  };
}
