import type { Undo } from './undo.ts';

/** The undo journal, a port: a file that is synced in `environments/host`, a list in simulation. */
export interface Journal {
  /** Resolves once the entry is durable. */
  write(entry: JournalEntry): Promise<void>;
}

export type JournalEntry =
  | { readonly entry: 'registered'; readonly id: number; readonly undo: Undo }
  | { readonly entry: 'undone'; readonly id: number }
  | { readonly entry: 'failed'; readonly id: number; readonly reason: string };
