import type { ProcessIdentity } from '@qflow/chaos';
import { processesMarked } from '../marked-processes.ts';
import { readLines } from '../synced-lines.ts';
import { type ProcessUndo, undoProcess } from '../undo-executors.ts';
import type { WatchdogOrders } from './orders.ts';

/** What was done about one process. */
export interface Reaped {
  readonly did: ProcessUndo['undo'];
  readonly process: ProcessIdentity;
  /** Why it is not done. */
  readonly failed?: string;
}

/**
 * Ends every process of the run, stopped ones too, and resumes the stopped ones that the run only attached to.
 * Goes on whatever fails; reports each deed.
 */
export async function reap(orders: WatchdogOrders, report: (reaped: Reaped) => Promise<void>): Promise<void> {
  const journalled = orders.journals.flatMap((path) => readLines(path).values.flatMap(processUndoOf));
  const ends = journalled.filter(({ undo }) => undo === 'processes.end');
  const resumes = journalled.filter(({ undo }) => undo === 'processes.resume');

  await carryOut(ends);
  await carryOut(unnamed(orders.mark));
  // A process that is being ended may have started another since.
  await carryOut(unnamed(orders.mark));
  await carryOut(resumes);

  async function carryOut(undos: readonly ProcessUndo[]): Promise<void> {
    await Promise.all(
      undos.map(async (undo) => {
        const done: Reaped = { did: undo.undo, process: undo.process };
        try {
          if (await undoProcess(undo)) {
            await report(done);
          }
        } catch (error) {
          await report({ ...done, failed: (error as Error).message });
        }
      }),
    );
  }
}

const unnamed = (mark: string): readonly ProcessUndo[] =>
  processesMarked(mark).map((process) => ({ undo: 'processes.end', process }));

/**
 * The process undo that a line of a journal registers, if it does. Checked by hand: the watchdog has to be small and
 * quick to start, so it loads no library.
 */
function processUndoOf(line: unknown): readonly ProcessUndo[] {
  const undo = (line as { undo?: { undo?: unknown; process?: unknown } } | null)?.undo;
  const kind = undo?.undo;
  const process = undo?.process as Partial<ProcessIdentity> | undefined;
  if (
    (kind !== 'processes.end' && kind !== 'processes.resume') ||
    !Number.isSafeInteger(process?.pid) ||
    (process?.pid ?? 0) < 1 ||
    typeof process?.startTime !== 'string' ||
    typeof process.bootId !== 'string'
  ) {
    return [];
  }
  return [{ undo: kind, process: process as ProcessIdentity }];
}
