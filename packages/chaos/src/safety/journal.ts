import type { Undo } from './undo.ts';

/** The undo journal, a port: a file that is synced in `environments/host`, a list in simulation. */
export interface Journal {
  /** The file that it lies in; absent where it lies in none. */
  readonly path?: string;
  /** Resolves once the entry is durable. */
  write(entry: JournalEntry): Promise<void>;
}

export type JournalEntry =
  | {
      readonly entry: 'registered';
      readonly id: number;
      readonly undo: Undo;
      /** The greatest duration of the harm, from its registration: past it the watchdog undoes it. Absent: as long as the run. */
      readonly notAfterMs?: number;
    }
  | { readonly entry: 'undone'; readonly id: number }
  | { readonly entry: 'failed'; readonly id: number; readonly reason: string };
