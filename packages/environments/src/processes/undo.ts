import type { ClusterNode, DiskControl, ProcessIdentity, Undo } from '@qflow/chaos';
import { stateOf } from '../host/identity.ts';
import { undoProcess } from '../host/undo-executors.ts';
import type { NodeProcess } from './node-process.ts';
import type { ArmedStops } from './trace-control.ts';

/** Undoes one thing on a cluster that this framework runs. Idempotent; what was captured decides, not what is there now. */
export async function undoOn(
  undo: Undo,
  byName: (name: string) => NodeProcess,
  trace: ArmedStops,
  disks: DiskControl,
): Promise<void> {
  switch (undo.undo) {
    case 'processes.resume':
    case 'processes.end':
      await undoProcess(undo);
      return;

    case 'processes.start':
      if (byName(undo.node).state() === 'gone') {
        await byName(undo.node).start();
      }
      return;

    case 'trace.disarm':
      await disarm(byName(undo.node), undo.process, trace);
      return;

    case 'disks.wipe': {
      const { node, state } = byName(undo.node);
      if (state() === 'gone') {
        await disks.wipe(node);
      }
      return;
    }
  }
}

async function disarm(found: NodeProcess, process: ProcessIdentity, trace: ArmedStops): Promise<void> {
  const node: ClusterNode = found.node;
  // The next life of a node starts with nothing armed.
  if (stateOf(process) === 'gone' || found.identity().startTime !== process.startTime) {
    return;
  }
  // It may have come to its stop already, and a stopped process answers nobody.
  await undoProcess({ undo: 'processes.resume', process });
  await trace.disarm(node);
}
