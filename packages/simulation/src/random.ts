import type { Random } from '@qflow/ports';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of randomness that the seed alone decides (xoroshiro128+, Blackman and Vigna). */
export function createRandom(seed: string | number): Random {
  const name = String(seed);
  const generator = xoroshiro128plusFromState(stateOf(name));

  const uint32 = (): number => generator.next() >>> 0;
  return {
    uint32,
    // 53 bits, as many as a number holds exactly.
    unit: () => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / 0x20_0000_0000_0000,
    between(low, high) {
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
        throw new RangeError(`No whole number lies between ${low} and ${high}.`);
      }
      return uniformInt(generator, low, high);
    },
    // The name's length stands first, so that no two paths of names are spelled alike.
    stream: (child) => createRandom(`${name}/${child.length}:${child}`),
  };
}

/** Four words out of a name, by MurmurHash3's mixing (Appleby): names that differ in one letter share no bits. */
function stateOf(name: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let lane = 0; lane < 4; lane += 1) {
    let word = Math.imul(lane + 1, 0x9e37_79b9);
    for (let index = 0; index < name.length; index += 1) {
      word = Math.imul(word ^ name.charCodeAt(index), 0x85eb_ca6b);
      word = (word << 13) | (word >>> 19);
    }
    word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
    words[lane] = word ^ (word >>> 16);
  }
  // The generator stands still on four zeros.
  words[3] |= 1;
  return words;
}
