import type { ClusterNode, HistoryRecorder, ProcessControl, ProcessIdentity } from '@qflow/chaos';
import type { Json } from '@qflow/ports';
import { NodeIsDown } from '../host/refusals.ts';
import { type ProcessSignal, signal, untilState } from '../host/signals.ts';
import type { NodeProcess } from './node-process.ts';

const withinMs = 10_000;

/** Signals to real processes. Each deed is in the history as soon as the kernel has taken the signal. */
export function processControl(
  nodeOf: (node: ClusterNode) => NodeProcess,
  history: Pick<HistoryRecorder, 'deed'>,
): ProcessControl {
  function send(node: ClusterNode, name: ProcessSignal, deed: string): ProcessIdentity {
    const identity = nodeOf(node).identity();
    if (!signal(identity, name)) {
      throw new NodeIsDown(node, deed);
    }
    record(`processes.${deed}`, node, identity);
    return identity;
  }

  function record(f: string, node: ClusterNode, process: ProcessIdentity): void {
    history.deed({ f, value: { node: node.name, process: { ...process } satisfies Json }, phase: 'invoked' });
  }

  return {
    identityOf: (node) => nodeOf(node).identity(),
    state: async (node) => nodeOf(node).state(),

    async kill(node) {
      const identity = send(node, 'SIGKILL', 'kill');
      await untilState(identity, ['gone'], withinMs);
      await nodeOf(node).exited();
    },

    async terminate(node) {
      const startedMs = performance.now();
      const identity = send(node, 'SIGTERM', 'terminate');
      await untilState(identity, ['gone'], withinMs);
      const tookMs = performance.now() - startedMs;
      const { exitCode } = await nodeOf(node).exited();
      return { exitCode, tookMs };
    },

    async pause(node) {
      await untilState(send(node, 'SIGSTOP', 'pause'), ['paused'], withinMs);
    },

    async resume(node) {
      await untilState(send(node, 'SIGCONT', 'resume'), ['running', 'gone'], withinMs);
    },

    async start(node) {
      await nodeOf(node).start();
      record('processes.restart', node, nodeOf(node).identity());
    },
  };
}
