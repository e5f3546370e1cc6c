import { Antichain, HEAD, STATE, USED } from './antichain.ts';
import type { Mark } from './mark.ts';
import { OBSERVES, OVERWRITES, type Problem } from './problem.ts';
import { REFUSED, type Transitions } from './transitions.ts';

/** Configurations followed at one event, for each that a state may keep. */
const LIMIT = 8;

/**
 * Walks a history event by event with the set of configurations that explain it so far: Lowe's just-in-time
 * linearization ("Testing for linearizability", 2017), in which operations take effect only when some operation would
 * end unserved, with these reductions:
 * - observers are served the moment any state serves them, and never branched on;
 * - when an overwriting operation takes effect, every other open one may be taken to have happened unseen just before;
 * - of operations of one class, the one that ends first is used first: any use of another can be exchanged for it;
 * - operations without end are counted by class;
 * - an overwriting step in the middle that serves no observer is of use only to a step that is no overwriting one;
 * - dominated configurations are dropped.
 */
export class Walk {
  readonly #problem: Problem;
  readonly #transitions: Transitions;
  /** Steps tried, the measure of effort. */
  steps = 0;
  event = 0;
  isExact = true;
  /** Most configurations kept for a state, and most steps followed at one event. */
  width = Number.POSITIVE_INFINITY;
  /** Asked now and then in the middle of long extensions; after a no, the walk is good for nothing more. */
  mayGoOn: () => boolean = () => true;
  #current: Antichain;
  #next: Antichain;
  readonly #frontier: Antichain;
  /** Per record of the frontier: 1 when it was reached by an overwriting step that served nobody. */
  #barren = new Uint8Array(64);
  readonly #scratch: Int32Array;

  readonly #overwriters: Int32Array;
  /** Open mutators of each class, the one that ends first in front. */
  readonly #openOf: (number[] | undefined)[];
  #activeClasses: number[] = [];
  #openObservers: number[] = [];
  readonly #crashedCount: Int32Array;
  readonly #servedStamp: number[] = [];
  readonly #served: Int32Array[] = [];
  #stamp = 0;

  constructor(problem: Problem, transitions: Transitions) {
    this.#problem = problem;
    this.#transitions = transitions;
    const words = Math.max(1, Math.ceil(problem.slots / 32));
    const crashed = problem.crashedClasses.length;
    this.#current = new Antichain(words, crashed);
    this.#next = new Antichain(words, crashed);
    this.#frontier = new Antichain(words, crashed);
    this.#scratch = new Int32Array(this.#current.stride);
    this.#overwriters = new Int32Array(words);
    this.#openOf = new Array(problem.classes.length);
    this.#crashedCount = new Int32Array(crashed);
    this.#scratch[STATE] = transitions.initial;
    this.#current.insert(this.#scratch, 0);
  }

  bytes(): number {
    return this.#current.bytes() + this.#next.bytes() + this.#frontier.bytes();
  }

  /** States that the object may be in now. */
  states(): readonly number[] {
    const found = new Set<number>();
    for (let record = 0; record < this.#current.count; record += 1) {
      if (!this.#current.isDead(record)) found.add(this.#current.data[record * this.#current.stride]!);
    }
    return [...found];
  }

  mark(): Mark {
    const { stride, count, data } = this.#current;
    const open = [...this.#openObservers];
    for (const callClass of this.#activeClasses) open.push(...this.#openOf[callClass]!);
    return {
      event: this.event,
      configurations: data.slice(0, count * stride),
      open,
      crashed: this.#crashedCount.slice(),
      isExact: this.isExact,
    };
  }

  resume(mark: Mark): void {
    this.#takeUp(mark);
    this.isExact = mark.isExact;
    const { stride } = this.#current;
    for (let offset = 0; offset < mark.configurations.length; offset += stride) {
      if (mark.configurations[offset] !== -1) this.#current.insert(mark.configurations, offset);
    }
  }

  /**
   * Goes on from a place as if the object could be in any of these states there and every open operation had either
   * taken effect or not: whatever is not explained then is not explained by any past.
   */
  resumeFromAny(mark: Mark, states: readonly number[]): void {
    this.#takeUp(mark);
    this.isExact = true;
    const { slotOf, roleOf, classOf } = this.#problem;
    const record = this.#scratch.fill(0);
    const { words } = this.#current;
    for (const o of mark.open) {
      const slot = slotOf[o]!;
      record[HEAD + (slot >>> 5)]! |= 1 << (slot & 31);
      if (roleOf[classOf[o]!] !== OBSERVES) record[HEAD + words + (slot >>> 5)]! |= 1 << (slot & 31);
    }
    for (const state of states) {
      record[STATE] = state;
      this.#current.insert(record, 0);
    }
  }

  #takeUp(mark: Mark): void {
    this.event = mark.event;
    this.#current.clear();
    this.#current.width = Number.POSITIVE_INFINITY;
    this.#overwriters.fill(0);
    for (const callClass of this.#activeClasses) this.#openOf[callClass]!.length = 0;
    this.#activeClasses = [];
    this.#openObservers = [];
    this.#crashedCount.set(mark.crashed);
    for (const o of mark.open) this.#open(o);
  }

  /** Takes the next event. False when no configuration explains it; the walk then stands before it still. */
  advance(): boolean {
    const code = this.#problem.events[this.event]!;
    this.#stamp += 1;
    if (code >= 0) this.#call(code);
    else if (!this.#return(~code)) return false;
    this.event += 1;
    return true;
  }

  #call(o: number): void {
    const { classOf, roleOf, slotOf, crashedOf } = this.#problem;
    const callClass = classOf[o]!;
    const slot = slotOf[o]!;
    if (slot === -1) {
      this.#crashedCount[crashedOf[callClass]!]! += 1;
      return;
    }
    this.#open(o);

    const { data, stride, count, words } = this.#current;
    const bit = 1 << (slot & 31);
    const word = HEAD + (slot >>> 5);
    const isObserver = roleOf[callClass] === OBSERVES;
    for (let record = 0; record < count; record += 1) {
      const place = record * stride;
      if (data[place] === -1) continue;
      if (!isObserver) data[place + word + words]! |= bit;
      else if (this.#transitions.target(data[place]!, callClass) !== REFUSED) data[place + word]! |= bit;
    }
  }

  #open(o: number): void {
    const { classOf, roleOf, slotOf, endOf } = this.#problem;
    const callClass = classOf[o]!;
    const role = roleOf[callClass]!;
    if (role === OBSERVES) {
      this.#openObservers.push(o);
      return;
    }
    const slot = slotOf[o]!;
    if (role === OVERWRITES) this.#overwriters[slot >>> 5]! |= 1 << (slot & 31);
    let open = this.#openOf[callClass];
    if (open === undefined) {
      open = [];
      this.#openOf[callClass] = open;
    }
    if (open.length === 0) this.#activeClasses.push(callClass);
    let at = open.length;
    while (at > 0 && endOf[open[at - 1]!]! > endOf[o]!) at -= 1;
    open.splice(at, 0, o);
  }

  #close(o: number): void {
    const { classOf, roleOf, slotOf } = this.#problem;
    const callClass = classOf[o]!;
    if (roleOf[callClass] === OBSERVES) {
      const at = this.#openObservers.indexOf(o);
      this.#openObservers[at] = this.#openObservers[this.#openObservers.length - 1]!;
      this.#openObservers.pop();
      return;
    }
    const slot = slotOf[o]!;
    this.#overwriters[slot >>> 5]! &= ~(1 << (slot & 31));
    const open = this.#openOf[callClass]!;
    open.splice(open.indexOf(o), 1);
    if (open.length === 0) this.#activeClasses.splice(this.#activeClasses.indexOf(callClass), 1);
  }

  #return(o: number): boolean {
    const { slotOf, roleOf, classOf } = this.#problem;
    const current = this.#current;
    const { stride, words } = current;
    const slot = slotOf[o]!;
    const freeWord = HEAD + (slot >>> 5);
    const usableWord = freeWord + words;
    const bit = 1 << (slot & 31);
    const isObserver = roleOf[classOf[o]!] === OBSERVES;

    let branches = false;
    let free = 0;
    let live = 0;
    for (let record = 0; record < current.count; record += 1) {
      const place = record * stride;
      if (current.data[place] === -1) continue;
      live += 1;
      const isFree = (current.data[place + freeWord]! & bit) !== 0;
      if (isFree) free += 1;
      if ((current.data[place + usableWord]! & bit) !== 0) branches = true;
    }

    if (free === live && !branches) {
      this.#close(o);
      for (let record = 0; record < current.count; record += 1) {
        const place = record * stride;
        if (current.data[place] !== -1) current.data[place + freeWord]! &= ~bit;
      }
      return true;
    }

    const next = this.#next;
    next.clear();
    next.width = this.width;
    next.spilled = false;
    const frontier = this.#frontier;
    frontier.clear();
    frontier.width = this.width;
    frontier.spilled = false;
    const scratch = this.#scratch;

    for (let record = 0; record < current.count; record += 1) {
      const place = record * stride;
      const { data } = current;
      if (data[place] === -1) continue;
      if ((data[place + freeWord]! & bit) !== 0) {
        for (let word = 0; word < stride; word += 1) scratch[word] = data[place + word]!;
        scratch[freeWord]! &= ~bit;
        scratch[usableWord]! &= ~bit;
        next.insert(scratch, 0);
        if (isObserver || (data[place + usableWord]! & bit) === 0) continue;
      }
      this.#pushFrontier(data, place, 0);
    }

    this.#extend(o, freeWord, usableWord, bit);
    if (next.count === 0) {
      // Where configurations were dropped on the way here, nothing is proved by running out of them.
      if (next.spilled || frontier.spilled) this.isExact = false;
      return false;
    }
    if (next.spilled || frontier.spilled) this.isExact = false;
    this.#close(o);
    this.#next = current;
    this.#current = next;
    return true;
  }

  #pushFrontier(source: Int32Array, place: number, barren: number): void {
    const frontier = this.#frontier;
    const before = frontier.count;
    if (!frontier.insert(source, place) || frontier.count === before) return;
    if (before >= this.#barren.length) {
      const grown = new Uint8Array(this.#barren.length * 2);
      grown.set(this.#barren);
      this.#barren = grown;
    }
    this.#barren[before] = barren;
  }

  /** Follows every sequence of open mutators from the frontier until it has served operation `o`. */
  #extend(o: number, freeWord: number, usableWord: number, bit: number): void {
    const { slotOf, roleOf, crashedOf, crashedClasses } = this.#problem;
    const frontier = this.#frontier;
    const { stride, words } = frontier;
    const crashedStart = HEAD + 2 * words;
    const limit = this.width * LIMIT;

    for (let record = 0; record < frontier.count; record += 1) {
      const place = record * stride;
      if (frontier.data[place] === -1) continue;
      const isBarren = this.#barren[record] === 1;
      if ((record & 255) === 255 && !this.mayGoOn()) return;
      // Short sequences come first, and mostly suffice: the rest is followed when they turn out not to.
      if (record > limit && this.#next.count > 0) {
        frontier.spilled = true;
        return;
      }

      for (const callClass of this.#activeClasses) {
        // A better way to the same state was found meanwhile, and is waiting further on.
        if (frontier.data[place] === -1) break;
        const isBlind = roleOf[callClass] === OVERWRITES;
        if (isBarren && isBlind) continue;
        const target = this.#transitions.target(frontier.data[place]!, callClass);
        if (target === REFUSED) continue;

        // The first to end of those that owe their effect, and the first of those that do not.
        let triedOwing = false;
        let triedFree = false;
        for (const candidate of this.#openOf[callClass]!) {
          const slot = slotOf[candidate]!;
          const mask = 1 << (slot & 31);
          const at = place + HEAD + (slot >>> 5);
          if ((frontier.data[at + words]! & mask) === 0) continue;
          const isOwing = (frontier.data[at]! & mask) === 0;
          if (isOwing ? triedOwing : triedFree) continue;
          if (isOwing) triedOwing = true;
          else triedFree = true;
          this.#step(place, target, slot, -1, isBlind, candidate === o, freeWord, usableWord, bit);
          if (isBlind || (triedOwing && triedFree) || frontier.data[place] === -1) break;
        }
      }

      for (let crashed = 0; crashed < crashedClasses.length && frontier.data[place] !== -1; crashed += 1) {
        if (frontier.data[place + crashedStart + crashed]! >= this.#crashedCount[crashed]!) continue;
        const callClass = crashedClasses[crashed]!;
        const isBlind = roleOf[callClass] === OVERWRITES;
        if (isBarren && isBlind) continue;
        const target = this.#transitions.target(frontier.data[place]!, callClass);
        // One that changes nothing need not have happened.
        if (target === REFUSED || target === frontier.data[place]) continue;
        this.#step(place, target, -1, crashedOf[callClass]!, isBlind, false, freeWord, usableWord, bit);
      }
    }
  }

  #step(
    place: number,
    target: number,
    slot: number,
    crashed: number,
    isBlind: boolean,
    isLast: boolean,
    freeWord: number,
    usableWord: number,
    bit: number,
  ): void {
    this.steps += 1;
    const { data, stride, words } = this.#frontier;
    const scratch = this.#scratch;
    for (let word = 0; word < stride; word += 1) scratch[word] = data[place + word]!;
    const wasFree = (scratch[freeWord]! & bit) !== 0;

    scratch[STATE] = target;
    if (slot >= 0) {
      const mask = 1 << (slot & 31);
      scratch[HEAD + (slot >>> 5)]! |= mask;
      scratch[HEAD + words + (slot >>> 5)]! &= ~mask;
    } else {
      scratch[USED]! += 1;
      scratch[HEAD + 2 * words + crashed]! += 1;
    }
    const served = this.#servedBy(target);
    let gain = 0;
    for (let word = 0; word < words; word += 1) {
      gain |= served[word]! & ~scratch[HEAD + word]!;
      scratch[HEAD + word]! |= served[word]!;
      if (isBlind) scratch[HEAD + word]! |= this.#overwriters[word]!;
    }

    const isFree = (scratch[freeWord]! & bit) !== 0;
    const isUsable = (scratch[usableWord]! & bit) !== 0;
    if (!isLast && (!isFree || isUsable)) this.#pushFrontier(scratch, 0, isBlind && gain === 0 ? 1 : 0);
    if (isLast || (isFree && !wasFree)) {
      scratch[freeWord]! &= ~bit;
      scratch[usableWord]! &= ~bit;
      this.#next.insert(scratch, 0);
    }
  }

  /** Open observers that a state serves, as bits. */
  #servedBy(state: number): Int32Array {
    if (this.#servedStamp[state] === this.#stamp) return this.#served[state]!;
    const { slotOf, classOf } = this.#problem;
    let served = this.#served[state];
    if (served === undefined) {
      served = new Int32Array(this.#current.words);
      this.#served[state] = served;
    }
    served.fill(0);
    for (const o of this.#openObservers) {
      if (this.#transitions.target(state, classOf[o]!) === REFUSED) continue;
      const slot = slotOf[o]!;
      served[slot >>> 5]! |= 1 << (slot & 31);
    }
    this.#servedStamp[state] = this.#stamp;
    return served;
  }
}
