import type { ProcessIdentity } from '@qflow/chaos';
import { openUndoJournal, type UndoJournal } from '../host/undo-journal.ts';

/** Which processes have to end with the deployment, for the watchdog and for a later recovery. */
export interface DeploymentJournal {
  readonly path: string;
  /** Resolves once it is durable that this process is to be ended. */
  registerEnd(process: ProcessIdentity): Promise<void>;
  /** Writes down that all of them have ended. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export async function openDeploymentJournal(path: string): Promise<DeploymentJournal> {
  const journal: UndoJournal = await openUndoJournal(path);
  let registered = 0;
  return {
    path,
    registerEnd(process) {
      registered += 1;
      return journal.write({ entry: 'registered', id: registered, undo: { undo: 'processes.end', process } });
    },
    async finish() {
      const ids = Array.from({ length: registered }, (_, index) => index + 1);
      await Promise.all(ids.map((id) => journal.write({ entry: 'undone', id })));
    },
    close: () => journal.close(),
  };
}
