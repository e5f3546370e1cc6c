import { randomFillSync, randomInt } from 'node:crypto';
import type { Random } from '@qflow/ports';

/** Randomness of the system: never the same again, so every stream is as good as the first. */
export function systemRandom(): Random {
  const numbers = new Uint32Array(256);
  let next = numbers.length;

  function uint32(): number {
    if (next === numbers.length) {
      randomFillSync(numbers);
      next = 0;
    }
    return numbers[next++]!;
  }

  const random: Random = {
    uint32,
    unit: () => uint32() / 2 ** 32,
    between: (low, high) => randomInt(low, high + 1),
    stream: () => random,
  };
  return random;
}
