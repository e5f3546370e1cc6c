import type { RunClock } from '../cluster/cluster.ts';
import { bounded, messageOf } from '../run/bounded.ts';
import type { Journal } from './journal.ts';
import type { ResidueFinding } from './residue.ts';
import type { Undo } from './undo.ts';

/** What must be undone, last in, first out. Every entry is in the journal, synced, before its harm is done. */
export interface Healing {
  /** Resolves once the entry is durable. @throws HealingClosed when the run is healed for good, so that no harm follows. */
  register(undo: Undo): Promise<void>;

  /** Undoes everything registered here and in its scopes, verifies it, writes it down. Never throws: failures are residue. */
  now(): Promise<void>;

  /** A part of this healing that can be healed alone. The whole still heals it, in the order of registration. */
  scope(): Healing;
}

/** Harm was about to be done after the run's last healing had begun. */
export class HealingClosed extends Error {
  override readonly name = 'HealingClosed';
}

export interface HealingOptions {
  readonly journal: Journal;
  readonly clock: RunClock;
  /** Undoes one thing and verifies it; throws what prevents it. Idempotent. */
  undo(undo: Undo): Promise<void>;
  /** How long one undo may take before it counts as failed. Default 20 seconds. */
  readonly undoWithinMs?: number;
  /** The greatest duration of harm whose scope names none, in milliseconds. Default one hour. */
  readonly notAfterMs?: number;
}

interface Entry {
  readonly id: number;
  readonly undo: Undo;
  state: 'registered' | 'undone' | 'failed';
}

/** The healing of one run, the root of all scopes. Two who ask at once are served one after the other. */
export class RunHealing implements Healing {
  readonly #options: HealingOptions;
  readonly #entries: Entry[] = [];
  readonly #residue = new Map<number, ResidueFinding>();
  #registered = 0;
  #closed = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: HealingOptions) {
    this.#options = options;
  }

  async register(undo: Undo): Promise<void> {
    await this.#register(undo, [], this.#notAfterMs);
  }

  now(): Promise<void> {
    return this.#heal(this.#entries);
  }

  /** @param notAfterMs the greatest duration of the harm that is registered here, past which the watchdog undoes it */
  scope(notAfterMs = this.#notAfterMs): HealingScope {
    const own: Entry[] = [];
    return {
      register: (undo) => this.#register(undo, own, notAfterMs),
      now: () => this.#heal(own),
      scope: () => this.scope(notAfterMs),
      again: async () => {
        for (const entry of own) entry.state = 'registered';
        await this.#heal(own);
      },
      failures: () => own.flatMap((entry) => this.#residue.get(entry.id)?.what ?? []),
    };
  }

  /** From now on nothing can be registered, so no harm can begin. */
  close(): void {
    this.#closed = true;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** What could not be undone, or not be written down. */
  residue(): readonly ResidueFinding[] {
    return [...this.#residue.values()];
  }

  get #notAfterMs(): number {
    return this.#options.notAfterMs ?? 3_600_000;
  }

  async #register(undo: Undo, scope: Entry[], notAfterMs: number): Promise<void> {
    if (this.#closed) throw new HealingClosed(`${undo.undo} comes too late: the run is being healed for good`);
    this.#registered += 1;
    const entry: Entry = { id: this.#registered, undo, state: 'registered' };
    // On the stack before it is durable: a healing that begins meanwhile finds it, and an undo without harm does nothing.
    this.#entries.push(entry);
    scope.push(entry);
    await this.#options.journal.write({ entry: 'registered', id: entry.id, undo, notAfterMs });
    if (this.#closed) throw new HealingClosed(`${undo.undo} comes too late: the run is being healed for good`);
  }

  #heal(entries: readonly Entry[]): Promise<void> {
    const healed = this.#queue.then(async () => {
      const left = entries.filter(({ state }) => state !== 'undone').reverse();
      for (const batch of batches(left)) await Promise.all(batch.map((entry) => this.#undo(entry)));
    });
    this.#queue = healed;
    return healed;
  }

  async #undo(entry: Entry): Promise<void> {
    const { clock, journal, undo, undoWithinMs = 20_000 } = this.#options;
    try {
      await bounded(clock, undoWithinMs, entry.undo.undo, () => undo(entry.undo));
      entry.state = 'undone';
      this.#residue.delete(entry.id);
    } catch (thrown) {
      entry.state = 'failed';
      this.#report(entry, messageOf(thrown));
    }
    try {
      await journal.write(
        entry.state === 'undone'
          ? { entry: 'undone', id: entry.id }
          : { entry: 'failed', id: entry.id, reason: this.#residue.get(entry.id)?.what ?? '' },
      );
    } catch (thrown) {
      // The undo stays in the journal as unfinished, so a later recovery repeats it, which harms nothing.
      this.#report(entry, `the journal could not be written: ${messageOf(thrown)}`);
    }
  }

  #report(entry: Entry, reason: string): void {
    this.#residue.set(entry.id, {
      kind: entry.undo.undo,
      what: `${entry.undo.undo} of ${ownerOf(entry.undo)} failed: ${reason}`,
      remedy: 'run "qflow-chaos recover"',
    });
  }
}

/** Neighbours that undo the same thing to different nodes do not depend on each other, and are undone side by side. */
function batches(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const found: Entry[][] = [];
  for (const entry of entries) {
    const batch = found[found.length - 1];
    const fits =
      batch !== undefined &&
      batch[0]?.undo.undo === entry.undo.undo &&
      batch.every(({ undo }) => ownerOf(undo) !== ownerOf(entry.undo));
    if (fits) batch.push(entry);
    else found.push([entry]);
  }
  return found;
}

const ownerOf = (undo: Undo): string => ('node' in undo ? undo.node : `process ${undo.process.pid}`);

/** The healing of one injection. */
export interface HealingScope extends Healing {
  /** Undoes everything of this scope once more: for harm that was done while the run was already being healed. */
  again(): Promise<void>;
  /** What of this scope could not be undone, in words. */
  failures(): readonly string[];
}
