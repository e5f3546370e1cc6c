import { expect } from 'vitest';
import type { Random } from '../random.ts';
import { type Check, type Closable, compliance } from './check.ts';

export interface RandomSubject extends Closable {
  readonly random: Random;
}

export interface SeededRandomSubject extends Closable {
  /** The same seed has to give the same stream. */
  readonly create: (seed: number) => Random;
}

/** Holds a source of randomness against its port. */
export const randomCompliance = (name: string, make: () => RandomSubject): void => compliance(name, randomChecks, make);

/** Holds a seeded source against what simulation promises beyond that. */
export const seededRandomCompliance = (name: string, make: () => SeededRandomSubject): void =>
  compliance(name, seededRandomChecks, make);

const draw = <Value>(count: number, one: () => Value): Value[] => Array.from({ length: count }, one);

export const randomChecks: readonly Check<RandomSubject>[] = [
  {
    name: 'gives 32 bits, all of which vary',
    run({ random }) {
      const drawn = draw(200, () => random.uint32());
      expect(drawn.every((each) => Number.isInteger(each) && each >= 0 && each <= 0xffff_ffff)).toBe(true);
      expect(drawn.reduce((bits, each) => (bits | each) >>> 0, 0)).toBe(0xffff_ffff);
      expect(drawn.reduce((bits, each) => (bits & each) >>> 0, 0xffff_ffff)).toBe(0);
    },
  },
  {
    name: 'gives units from 0 to 1, spread evenly',
    run({ random }) {
      const drawn = draw(4_000, () => random.unit());
      expect(drawn.every((each) => each >= 0 && each < 1)).toBe(true);
      for (let tenth = 0; tenth < 10; tenth += 1) {
        // 400 expected, standard deviation 19: seven of them on either side.
        const count = drawn.filter((each) => Math.floor(each * 10) === tenth).length;
        expect(count).toBeGreaterThan(266);
        expect(count).toBeLessThan(534);
      }
    },
  },
  {
    name: 'gives whole numbers between two bounds, with both of them',
    run({ random }) {
      const drawn = new Set(draw(500, () => random.between(-2, 3)));
      expect([...drawn].sort((one, other) => one - other)).toEqual([-2, -1, 0, 1, 2, 3]);
      expect(random.between(7, 7)).toBe(7);
    },
  },
  {
    name: 'gives each stream its own numbers',
    run({ random }) {
      const first = draw(20, random.stream('a').uint32);
      const second = draw(20, random.stream('b').uint32);
      expect(first).not.toEqual(second);
      expect(first).not.toEqual(draw(20, () => random.uint32()));
    },
  },
];

export const seededRandomChecks: readonly Check<SeededRandomSubject>[] = [
  {
    name: 'repeats itself for the same seed, and for no other',
    run({ create }) {
      const numbersOf = (seed: number) => {
        const random = create(seed);
        return draw(20, () => random.uint32());
      };
      expect(numbersOf(1)).toEqual(numbersOf(1));
      expect(new Set(draw(100, () => 0).map((_, seed) => numbersOf(seed).join())).size).toBe(100);
    },
  },
  {
    name: 'derives streams from seed and name alone, whatever was drawn before',
    run({ create }) {
      const numbersAfter = (draws: number) => {
        const random = create(1);
        draw(draws, () => random.unit());
        draw(draws, () => random.stream('other').between(0, 9));
        const stream = random.stream('links').stream('0 to 1');
        return draw(20, () => stream.uint32());
      };
      expect(numbersAfter(0)).toEqual(numbersAfter(3));
    },
  },
];
