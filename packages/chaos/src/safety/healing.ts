import type { Undo } from './undo.ts';

/** What must be undone, last in, first out. Every entry is in the journal, synced, before its harm is done. */
export interface Healing {
  register(undo: Undo): Promise<void>;

  /** Undoes everything registered since `mark` (or ever), verifies it, writes it down. Never throws: failures are residue. */
  now(mark?: HealingMark): Promise<void>;

  /** Where the stack stands: what is registered later can be healed alone. */
  mark(): HealingMark;
}

export type HealingMark = { readonly depth: number };
