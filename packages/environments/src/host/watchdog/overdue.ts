import { readLines } from '../synced-lines.ts';
import type { ProcessUndo } from '../undo-executors.ts';
import { entryOf, processUndoOf } from './reap.ts';

/** Harm that is still there after its greatest duration. */
export interface Overdue {
  /** What undoes it; null when no process but the framework could. */
  readonly undo: ProcessUndo | null;
  readonly kind: string;
  readonly notAfterMs: number;
}

/** Follows undo journals, and tells each harm that has outlasted its greatest duration, once. */
export function followHarm(journals: readonly string[]): (nowMs: number) => readonly Overdue[] {
  const seenAtMs = new Map<string, number>();
  const told = new Set<string>();

  return (nowMs) => {
    const overdue: Overdue[] = [];
    for (const path of journals) {
      const lines = readLines(path).values;
      const undone = new Set(lines.map(entryOf).flatMap(({ entry, id }) => (entry === 'undone' ? [id] : [])));
      for (const line of lines) {
        const { entry, id, undo, notAfterMs } = entryOf(line);
        const key = `${path} ${id}`;
        if (entry !== 'registered' || notAfterMs === undefined || undone.has(id) || told.has(key)) {
          continue;
        }
        const sinceMs = seenAtMs.get(key) ?? nowMs;
        seenAtMs.set(key, sinceMs);
        if (nowMs - sinceMs > notAfterMs) {
          told.add(key);
          overdue.push({ undo: processUndoOf(line)[0] ?? null, kind: String(undo?.undo), notAfterMs });
        }
      }
    }
    return overdue;
  };
}
