/*
 * A configuration is one way in which the operations so far may have taken effect. As a record of 32-bit words:
 *   word 0          number of the state
 *   word 1          how many operations without end were used up
 *   W words `free`  per slot: the open operation owes nothing more; it may end at any time
 *   W words `usable` per slot: the open operation may still be made to take effect
 *   C words         per class of operations without end: how many of it were used up
 * An observer that has seen its answer is free. A mutator is usable until it took effect, and then free; one that may
 * be taken to have happened unseen just before an overwriting one is both.
 */
export const STATE = 0;
export const USED = 1;
export const HEAD = 2;

/**
 * Configurations none of which dominates another of the same state: what one can do, the other cannot. With a width,
 * at most so many are kept for each state, and `spilled` tells whether any was lost that way.
 */
export class Antichain {
  readonly stride: number;
  readonly words: number;
  data: Int32Array;
  /** Records written, dead ones included. */
  count = 0;
  width = Number.POSITIVE_INFINITY;
  spilled = false;
  #next: Words;
  #score: Words;
  #first: Words = new Int32Array(FIRST);
  #size: Words = new Int32Array(FIRST);
  #stamp: Words = new Int32Array(FIRST);
  #now = 1;

  constructor(words: number, crashedClasses: number) {
    this.words = words;
    this.stride = HEAD + 2 * words + crashedClasses;
    this.data = new Int32Array(this.stride * FIRST);
    this.#next = new Int32Array(FIRST);
    this.#score = new Int32Array(FIRST);
  }

  clear(): void {
    this.count = 0;
    this.#now += 1;
  }

  isDead(record: number): boolean {
    return this.data[record * this.stride] === -1;
  }

  bytes(): number {
    return this.data.byteLength + this.#next.byteLength * 2 + this.#first.byteLength * 3;
  }

  /** Adds a copy of the record unless one that is there dominates it; removes those that it dominates. */
  insert(source: Int32Array, offset: number): boolean {
    const state = source[offset]!;
    this.#reserveState(state);
    if (this.#stamp[state] !== this.#now) {
      this.#stamp[state] = this.#now;
      this.#first[state] = -1;
      this.#size[state] = 0;
    }

    const { stride } = this;
    let previous = -1;
    let record = this.#first[state]!;
    let worst = -1;
    let worstScore = 0x7fffffff;
    while (record !== -1) {
      const place = record * stride;
      const following = this.#next[record]!;
      const order = this.#compare(place, source, offset);
      if (order > 0) return false;
      if (order < 0) {
        this.data[place] = -1;
        if (previous === -1) this.#first[state] = following;
        else this.#next[previous] = following;
        this.#size[state]! -= 1;
      } else {
        previous = record;
        if (this.#score[record]! < worstScore) {
          worstScore = this.#score[record]!;
          worst = record;
        }
      }
      record = following;
    }

    const score = this.#scoreOf(source, offset);
    if (this.#size[state]! >= this.width) {
      this.spilled = true;
      if (score <= worstScore) return false;
      this.data.set(source.subarray(offset, offset + stride), worst * stride);
      this.#score[worst] = score;
      return true;
    }

    if (this.count * stride >= this.data.length) this.#grow();
    const fresh = this.count;
    this.count += 1;
    const place = fresh * stride;
    for (let word = 0; word < stride; word += 1) this.data[place + word] = source[offset + word]!;
    this.#score[fresh] = score;
    this.#next[fresh] = this.#first[state]!;
    this.#first[state] = fresh;
    this.#size[state]! += 1;
    return true;
  }

  /** Above 0 when the record here is at least as good as the other, below 0 when it is worse, 0 when neither. */
  #compare(place: number, other: Int32Array, offset: number): number {
    const { data, stride } = this;
    let better = true;
    let worse = true;
    const bitsEnd = HEAD + 2 * this.words;
    for (let word = HEAD; word < bitsEnd; word += 1) {
      const mine = data[place + word]!;
      const its = other[offset + word]!;
      if (mine === its) continue;
      if ((its & ~mine) !== 0) better = false;
      if ((mine & ~its) !== 0) worse = false;
      if (!better && !worse) return 0;
    }
    for (let word = bitsEnd; word < stride; word += 1) {
      const mine = data[place + word]!;
      const its = other[offset + word]!;
      if (mine > its) better = false;
      else if (mine < its) worse = false;
    }
    return better ? 1 : worse ? -1 : 0;
  }

  /** How much a configuration leaves open: what to keep when not all can be kept. */
  #scoreOf(source: Int32Array, offset: number): number {
    let bits = 0;
    const end = offset + HEAD + 2 * this.words;
    for (let word = offset + HEAD; word < end; word += 1) bits += ones(source[word]!);
    return bits - 2 * source[offset + USED]!;
  }

  #grow(): void {
    const data = new Int32Array(this.data.length * 2);
    data.set(this.data);
    this.data = data;
    const capacity = data.length / this.stride + 1;
    this.#next = grown(this.#next, capacity);
    this.#score = grown(this.#score, capacity);
  }

  #reserveState(state: number): void {
    if (state < this.#first.length) return;
    const capacity = Math.max(state + 1, this.#first.length * 2);
    this.#first = grown(this.#first, capacity);
    this.#size = grown(this.#size, capacity);
    this.#stamp = grown(this.#stamp, capacity);
  }
}

/** Room to begin with: little, since a history may fall into a million objects. */
const FIRST = 4;

type Words = Int32Array<ArrayBuffer>;

function grown(array: Words, capacity: number): Words {
  if (array.length >= capacity) return array;
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
