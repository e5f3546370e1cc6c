import { type Journal, type JournalEntry, undoSchema } from '@qflow/chaos';
import { openSyncedLines, readLines } from './synced-lines.ts';

export interface UndoJournal extends Journal {
  readonly path: string;
  /** How often it waited for the disk: once for what is registered together. */
  syncs(): number;
  close(): Promise<void>;
}

export type Registered = Extract<JournalEntry, { readonly entry: 'registered' }>;

/**
 * Opens the undo journal at `path`, for its owner alone. What is registered is durable before its `write` resolves. That
 * something was undone is not waited for: lost with the machine's power it is undone once more, which changes nothing.
 */
export async function openUndoJournal(path: string): Promise<UndoJournal> {
  const lines = await openSyncedLines(path);
  return {
    path,
    write: (entry) => (entry.entry === 'registered' ? lines.append(entry) : lines.note(entry)),
    syncs: () => lines.syncs(),
    close: () => lines.close(),
  };
}

/** What a journal holds. `unreadable`: whole lines that are no entry; `torn`: the half line that a crash leaves. */
export interface ReadUndoJournal {
  readonly entries: readonly JournalEntry[];
  readonly unreadable: readonly string[];
  readonly torn: boolean;
}

/** Reads a journal as far as it can be read, whoever wrote it. A missing file is an empty journal. */
export function readUndoJournal(path: string): ReadUndoJournal {
  const { values, torn, unreadable } = readLines(path);
  const entries: JournalEntry[] = [];
  const strange: string[] = [];
  for (const value of values) {
    const entry = entryOf(value);
    if (entry === null) {
      strange.push(JSON.stringify(value));
    } else {
      entries.push(entry);
    }
  }
  return { entries, torn, unreadable: [...unreadable, ...strange] };
}

/** What was registered and never undone, the last first: the order in which to undo it. */
export function unfinished(entries: readonly JournalEntry[]): readonly Registered[] {
  const undone = new Set(entries.filter(({ entry }) => entry === 'undone').map(({ id }) => id));
  return entries
    .filter((entry): entry is Registered => entry.entry === 'registered' && !undone.has(entry.id))
    .reverse();
}

function entryOf(value: unknown): JournalEntry | null {
  if (typeof value !== 'object' || value === null || !Number.isSafeInteger((value as JournalEntry).id)) {
    return null;
  }
  const entry = value as JournalEntry;
  switch (entry.entry) {
    case 'registered':
      return undoSchema.safeParse(entry.undo).success ? entry : null;
    case 'undone':
      return entry;
    case 'failed':
      return typeof entry.reason === 'string' ? entry : null;
    default:
      return null;
  }
}
