import type { ProcessIdentity } from '@qflow/chaos';
import { stateOf } from '../identity.ts';
import { processesMarked } from '../marked-processes.ts';
import { isIdentity } from '../run-records.ts';
import { openSyncedLines, readLines } from '../synced-lines.ts';
import { isProcessUndo, type ProcessUndo, undoProcess } from '../undo-executors.ts';

/** What was done about one process. */
export interface Reaped {
  readonly did: ProcessUndo['undo'];
  readonly process: ProcessIdentity;
  /** Why it is not done. */
  readonly failed?: string;
}

/** The deployment that is to be ended. */
export interface ReapOrders {
  /** Every living process that carries one of these marks is ended. */
  readonly marks: readonly string[];
  readonly journals: readonly string[];
}

/**
 * Ends every process of the run, stopped ones too, and resumes the stopped ones that the run only attached to.
 * Goes on whatever fails; reports each deed. When nothing is left, which it verifies, the journals say so too.
 * Resolves with what it could not undo or not verify, in words.
 */
export async function reap(orders: ReapOrders, report: (reaped: Reaped) => Promise<void>): Promise<readonly string[]> {
  const journalled = orders.journals.flatMap((path) => readLines(path).values.flatMap(processUndoOf));
  const ends = journalled.filter(({ undo }) => undo === 'processes.end');
  const resumes = journalled.filter(({ undo }) => undo === 'processes.resume');

  await carryOut(ends);
  await carryOut(unnamed());
  // A process that is being ended may have started another since.
  await carryOut(unnamed());
  await carryOut(resumes);

  const left = [
    ...[...ends, ...unnamed()].filter(({ process }) => stateOf(process) !== 'gone'),
    ...resumes.filter(({ process }) => stateOf(process) === 'paused'),
  ].map(({ process }) => `process ${process.pid} is ${stateOf(process)}`);
  left.push(...orders.journals.flatMap(unreadableIn));
  if (left.length === 0) {
    await Promise.all(orders.journals.map(finishJournal));
  }
  return [...new Set(left)];

  function unnamed(): readonly ProcessUndo[] {
    return orders.marks.flatMap(processesMarked).map((process) => ({ undo: 'processes.end', process }));
  }

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

/** Writes down that everything that this journal names is undone. For a deployment of which nothing is left. */
export async function finishJournal(path: string): Promise<void> {
  const ids = unfinishedIds(path);
  if (ids.length === 0) {
    return;
  }
  const journal = await openSyncedLines(path);
  await Promise.all(ids.map((id) => journal.append({ entry: 'undone', id })));
  await journal.close();
}

/** What was registered and never undone, whatever it is. */
export function unfinishedIds(path: string): readonly number[] {
  const open = new Set<number>();
  for (const { entry, id } of readLines(path).values.map(entryOf)) {
    if (id !== undefined && entry === 'registered') {
      open.add(id);
    }
    if (id !== undefined && entry === 'undone') {
      open.delete(id);
    }
  }
  return [...open];
}

/** Lines that may have named something to undo. The half line that a crash leaves was never relied on. */
export const unreadableIn = (path: string): readonly string[] => {
  const { values, unreadable } = readLines(path);
  const lost = unreadable.length + values.filter((value) => entryOf(value).id === undefined).length;
  return lost === 0 ? [] : [`${lost} lines of ${path} cannot be read`];
};

/** The process undo that a line of a journal registers, if it does. */
export function processUndoOf(line: unknown): readonly ProcessUndo[] {
  const { undo } = entryOf(line);
  return undo !== undefined && isProcessUndo(undo) && isIdentity(undo.process) ? [undo] : [];
}

interface Line {
  readonly entry?: unknown;
  readonly id?: number;
  readonly undo?: ProcessUndo;
  readonly notAfterMs?: number;
}

/** A line of a journal as far as it is one. Checked by hand: the watchdog has to be small and quick, and loads no library. */
export function entryOf(line: unknown): Line {
  const { entry, id, undo, notAfterMs } = (line ?? {}) as { readonly [name in keyof Line]: unknown };
  if (!Number.isSafeInteger(id)) {
    return {};
  }
  return {
    entry,
    id: id as number,
    ...(typeof undo === 'object' && undo !== null ? { undo: undo as ProcessUndo } : {}),
    ...(typeof notAfterMs === 'number' ? { notAfterMs } : {}),
  };
}
