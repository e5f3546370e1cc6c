/** A stream of randomness. In simulation it is seeded, so each user of chance takes a stream of its own by `stream`. */
export interface Random {
  /** A whole number from 0 to 2^32 − 1, each equally likely. */
  uint32(): number;

  /** A number from 0 (included) to 1 (excluded). */
  unit(): number;

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;

  /** A stream of its own, derived from this one's seed and the name alone: draws in one never shift another. */
  stream(name: string): Random;
}
