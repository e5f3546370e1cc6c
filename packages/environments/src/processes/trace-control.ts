import type { ArmedStop, ClusterNode, HistoryRecorder, PreparedTarget, TraceControl } from '@qflow/chaos';
import { NodeIsDown } from '../host/refusals.ts';
import type { NodeProcess } from './node-process.ts';

/** What is armed right now; a node's next life starts with nothing armed. */
export interface ArmedStops extends TraceControl {
  readonly armed: ReadonlyMap<string, ArmedStop>;
  forget(node: ClusterNode): void;
}

/** Arms through the target's own control API. */
export function traceControl(
  nodeOf: (node: ClusterNode) => NodeProcess,
  target: Pick<PreparedTarget, 'arm' | 'disarm'>,
  history: Pick<HistoryRecorder, 'deed'>,
): ArmedStops {
  const armed = new Map<string, ArmedStop>();

  function endpointOf(node: ClusterNode, deed: string): string {
    const endpoint = nodeOf(node).endpoint();
    if (endpoint === null) {
      throw new NodeIsDown(node, deed);
    }
    return endpoint;
  }

  return {
    armed,
    forget(node) {
      armed.delete(node.name);
    },

    async arm(node, stop) {
      if (target.arm === undefined) {
        throw new Error(`${node.name} cannot stop itself at an event: its target offers no way to arm it`);
      }
      await target.arm(node.index, endpointOf(node, 'arm'), stop);
      armed.set(node.name, stop);
      history.deed({ f: 'trace.arm', value: { node: node.name, stop: { ...stop } as never }, phase: 'invoked' });
    },

    async disarm(node) {
      await target.disarm?.(node.index, endpointOf(node, 'disarm'));
      armed.delete(node.name);
    },
  };
}
