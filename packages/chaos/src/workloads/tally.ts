const BUCKET_MS = 100;

interface Bucket {
  due: number;
  served: number;
}

/** How many operations fell due and were served, live, by the time of their intended start. Milliseconds of the run's clock. */
export class Tally {
  readonly #buckets = new Map<number, Bucket>();
  /** Served operations by the time at which they ended. */
  readonly #ends = new Map<number, number>();
  #completed = 0;
  #unserved = 0;

  due(atMs: number): void {
    this.#bucketOf(atMs).due += 1;
  }

  ended(dueMs: number, isServed: boolean, atMs: number): void {
    if (isServed) {
      const place = Math.floor(atMs / BUCKET_MS);
      this.#ends.set(place, (this.#ends.get(place) ?? 0) + 1);
      this.#bucketOf(dueMs).served += 1;
      this.#completed += 1;
    } else {
      this.#unserved += 1;
    }
  }

  /** Operations that were served, ever. */
  get served(): number {
    return this.#completed;
  }

  /** Operations that failed or whose outcome is unknown, ever. */
  get unserved(): number {
    return this.#unserved;
  }

  /** Of the operations due in an interval (rounded to tenths of a second), how many there were and how many are served by now. */
  between(fromMs: number, toMs: number): { readonly due: number; readonly served: number } {
    let due = 0;
    let served = 0;
    for (let place = Math.ceil(fromMs / BUCKET_MS); place < Math.floor(toMs / BUCKET_MS); place++) {
      const bucket = this.#buckets.get(place);
      due += bucket?.due ?? 0;
      served += bucket?.served ?? 0;
    }
    return { due, served };
  }

  /** How many operations ended served in an interval (rounded to tenths of a second), whenever they were due. */
  endedBetween(fromMs: number, toMs: number): number {
    let ended = 0;
    for (let place = Math.ceil(fromMs / BUCKET_MS); place < Math.floor(toMs / BUCKET_MS); place++) {
      ended += this.#ends.get(place) ?? 0;
    }
    return ended;
  }

  /** The share that was served, or null when nothing fell due. */
  share(fromMs: number, toMs: number): number | null {
    const { due, served } = this.between(fromMs, toMs);
    return due === 0 ? null : served / due;
  }

  #bucketOf(timeMs: number): Bucket {
    const place = Math.floor(timeMs / BUCKET_MS);
    let bucket = this.#buckets.get(place);
    if (bucket === undefined) {
      bucket = { due: 0, served: 0 };
      this.#buckets.set(place, bucket);
    }
    return bucket;
  }
}
