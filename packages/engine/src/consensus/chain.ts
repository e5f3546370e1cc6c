import type { Executed } from './application.ts';
import type { SealedBlock } from './sealed-block.ts';

/** A block that a node holds, and what came of executing it, once it has been. */
export interface HeldBlock<State> {
  readonly sealed: SealedBlock;
  /** Null until executed, and again once later blocks have built on it. */
  executed: Executed<State> | null;
  /** Set when executing it gave other roots than its header: no honest node votes for it. */
  unsound: boolean;
  /** By `requestKeys`. */
  keys: readonly string[] | null;
}

/** The blocks between a tip and a base, newest first, as far as they are held. */
export interface Path<State> {
  readonly blocks: readonly HeldBlock<State>[];
  /** The last key that was looked for: the base's own when the path is whole. */
  readonly reached: string;
  readonly complete: boolean;
}

/**
 * The blocks that a node holds: the finalized ones since genesis, and those that may yet be.
 * The one place that decides which blocks are kept, and for how long.
 */
export class Chain<State> {
  readonly #held = new Map<string, HeldBlock<State>>();
  readonly #undecided = new Map<string, HeldBlock<State>>();

  constructor(genesis: HeldBlock<State>) {
    this.#held.set(genesis.sealed.key, genesis);
  }

  get(key: string): HeldBlock<State> | undefined {
    return this.#held.get(key);
  }

  /** Null when it is held already. */
  add(sealed: SealedBlock): HeldBlock<State> | null {
    if (this.#held.has(sealed.key)) {
      return null;
    }
    const held: HeldBlock<State> = { sealed, executed: null, unsound: false, keys: null };
    this.#held.set(sealed.key, held);
    this.#undecided.set(sealed.key, held);
    return held;
  }

  /** Keeps these for good, and drops what they have overtaken. */
  finalize(blocks: readonly HeldBlock<State>[], lastView: number): void {
    for (const block of blocks) {
      this.#undecided.delete(block.sealed.key);
    }
    for (const [key, block] of this.#undecided) {
      if (block.sealed.header.view <= lastView) {
        this.#undecided.delete(key);
        this.#held.delete(key);
      }
    }
  }

  /** From the tip (included) down to the base (excluded). */
  path(tip: string, base: SealedBlock): Path<State> {
    const blocks: HeldBlock<State>[] = [];
    let reached = tip;
    while (reached !== base.key) {
      const block = this.#held.get(reached);
      if (block === undefined || block.sealed.header.height <= base.header.height) {
        return { blocks, reached, complete: false };
      }
      blocks.push(block);
      reached = block.sealed.parentKey;
    }
    return { blocks, reached, complete: true };
  }
}
