import type { Digest } from '@qflow/ports';
import type { HeldBlock } from './chain.ts';
import { hex } from './digest.ts';
import { blockRequestBytes } from './sealed-block.ts';

export interface PendingRequest {
  readonly bytes: Uint8Array;
  readonly key: string;
  /** Submitted at this node, which therefore sees to it that the others know it. */
  readonly own: boolean;
  /** Resend ticks that it has waited. */
  ticks: number;
  /** The tick at which the others are told of it again. */
  tellAt: number;
}

/** Ticks until the other nodes are told again, at first: later for a request of another node, which may be gone. */
const firstTelling = { own: 2, foreign: 4 };

/** Requests that wait for a place in a final block, oldest first, up to a limit. */
export class Mempool {
  readonly #pending = new Map<string, PendingRequest>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#pending.size;
  }

  get isFull(): boolean {
    return this.#pending.size >= this.#limit;
  }

  has(key: string): boolean {
    return this.#pending.has(key);
  }

  /** False when it waits already, or too many do. */
  add(key: string, bytes: Uint8Array, own: boolean): boolean {
    if (this.isFull || this.#pending.has(key)) {
      return false;
    }
    this.#pending.set(key, { bytes, key, own, ticks: 0, tellAt: own ? firstTelling.own : firstTelling.foreign });
    return true;
  }

  remove(key: string): void {
    this.#pending.delete(key);
  }

  keepOnly(isWanted: (request: PendingRequest) => boolean): void {
    for (const request of this.#pending.values()) {
      if (!isWanted(request)) {
        this.#pending.delete(request.key);
      }
    }
  }

  /** The oldest that fit into one block: at most `count`, and at most `blockRequestBytes` unless one alone is larger. */
  take(count: number, isWanted: (request: PendingRequest) => boolean): readonly Uint8Array[] {
    return this.#oldest(count, isWanted).map(({ bytes }) => bytes);
  }

  #oldest(count: number, isWanted: (request: PendingRequest) => boolean): readonly PendingRequest[] {
    const taken: PendingRequest[] = [];
    let size = 0;
    for (const request of this.#pending.values()) {
      if (taken.length >= count) {
        break;
      }
      if (!isWanted(request)) {
        continue;
      }
      size += request.bytes.length;
      if (taken.length > 0 && size > blockRequestBytes) {
        break;
      }
      taken.push(request);
    }
    return taken;
  }

  /** Own requests, oldest first, as many as go into one message. */
  own(): readonly Uint8Array[] {
    return this.take(1024, (request) => request.own);
  }

  /**
   * Requests that have waited long enough for the other nodes to be told again. Each telling doubles the wait for the
   * next, or an overloaded cluster would spend itself on repeating its backlog.
   */
  tick(): readonly Uint8Array[] {
    for (const request of this.#pending.values()) {
      request.ticks += 1;
    }
    const due = this.#oldest(1024, ({ ticks, tellAt }) => ticks >= tellAt);
    for (const request of due) {
      request.tellAt = 2 * request.ticks;
    }
    return due.map(({ bytes }) => bytes);
  }
}

type Hash = (bytes: Uint8Array) => Digest;

/** What tells requests apart. */
export const requestKey = (hash: Hash, request: Uint8Array): string => hex(hash(request));

/** The keys of a block's requests, in order; hashed once. */
export function requestKeys<State>(hash: Hash, held: HeldBlock<State>): readonly string[] {
  held.keys ??= held.sealed.block.requests.map((request) => requestKey(hash, request));
  return held.keys;
}
