import type { Digest } from '@qflow/ports';

/**
 * When answers expire, soonest first: a leftist heap (Crane, 1972), of which older versions stay as they were.
 * Null is the empty one.
 */
export type Expiries = {
  readonly afterView: number;
  readonly path: Digest;
  /** Steps down the right side to the nearest gap: it keeps that side short. */
  readonly rank: number;
  readonly left: Expiries;
  readonly right: Expiries;
} | null;

export const addExpiry = (expiries: Expiries, afterView: number, path: Digest): Expiries =>
  merge(expiries, { afterView, path, rank: 1, left: null, right: null });

export const withoutSoonest = (expiries: NonNullable<Expiries>): Expiries => merge(expiries.left, expiries.right);

function merge(one: Expiries, other: Expiries): Expiries {
  if (one === null || other === null) {
    return one ?? other;
  }
  const [top, below] = one.afterView <= other.afterView ? [one, other] : [other, one];
  const merged = merge(top.right, below);
  const { afterView, path, left } = top;
  const leftRank = left?.rank ?? 0;
  const mergedRank = merged?.rank ?? 0;
  return leftRank >= mergedRank
    ? { afterView, path, rank: mergedRank + 1, left, right: merged }
    : { afterView, path, rank: leftRank + 1, left: merged, right: left };
}
