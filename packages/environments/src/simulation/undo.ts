import type { DiskControl, ProcessIdentity, Undo } from '@qflow/chaos';
import type { SimulatedNode } from './simulated-node.ts';

/** Undoes one thing in a simulated cluster. Idempotent; keyed on what was captured, as on a real machine. */
export async function undoIn(
  undo: Undo,
  nodes: readonly SimulatedNode[],
  byName: (name: string) => SimulatedNode,
  disks: DiskControl,
): Promise<void> {
  const living = (process: ProcessIdentity): SimulatedNode | undefined =>
    nodes.find((node) => node.state() !== 'gone' && node.identity().pid === process.pid);
  const resume = (node: SimulatedNode | undefined): void => {
    if (node?.state() === 'paused') {
      node.resume();
    }
  };

  switch (undo.undo) {
    case 'processes.resume':
      resume(living(undo.process));
      return;
    case 'processes.end':
      living(undo.process)?.crash();
      return;
    case 'processes.start':
      if (byName(undo.node).state() === 'gone') {
        byName(undo.node).start();
      }
      return;
    case 'trace.disarm': {
      const node = living(undo.process);
      // Disarmed first, so that going on does not lead into the same stop.
      node?.arm(null);
      resume(node);
      return;
    }
    case 'disks.wipe':
      if (byName(undo.node).state() === 'gone') {
        await disks.wipe(byName(undo.node).node);
      }
      return;
  }
}
