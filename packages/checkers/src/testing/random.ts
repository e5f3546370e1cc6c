/** Repeatable random numbers (Marsaglia, "Xorshift RNGs", 2003): the same seed gives the same histories everywhere. */
export interface Random {
  /** A whole number from 0, below `bound`. */
  below(bound: number): number;
  chance(probability: number): boolean;
}

export function randomOf(seed: number): Random {
  let state = (seed * 2654435761 + 88172645) | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  for (let warm = 0; warm < 8; warm += 1) next();
  return { below: (bound) => Math.floor(next() * bound), chance: (probability) => next() < probability };
}
