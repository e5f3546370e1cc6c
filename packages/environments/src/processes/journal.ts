import type { JournalEntry, ProcessIdentity } from '@qflow/chaos';
import { openSyncedLines } from '../host/synced-lines.ts';

/** Which processes have to end with the deployment, for the watchdog and for a later recovery. */
export interface DeploymentJournal {
  readonly path: string;
  /**
   * Resolves once the system holds that this process is to be ended. Not synced: what outlives this framework is enough,
   * since a machine that loses its power has no process left.
   */
  registerEnd(process: ProcessIdentity): Promise<void>;
  /** Writes down that all of them have ended. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export async function openDeploymentJournal(path: string): Promise<DeploymentJournal> {
  const journal = await openSyncedLines(path);
  const note = (entry: JournalEntry): Promise<void> => journal.note(entry);
  let registered = 0;
  return {
    path,
    registerEnd(process) {
      registered += 1;
      return note({ entry: 'registered', id: registered, undo: { undo: 'processes.end', process } });
    },
    async finish() {
      const ids = Array.from({ length: registered }, (_, index) => index + 1);
      await Promise.all(ids.map((id) => note({ entry: 'undone', id })));
    },
    close: () => journal.close(),
  };
}
