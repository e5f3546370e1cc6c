import { closest, distance } from 'fastest-levenshtein';

/** The candidate that takes the fewest edits to become `word`; undefined when none is near enough to be a slip. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const near = closest(word, candidates);
  return distance(word, near) <= Math.max(2, Math.ceil(word.length / 3)) ? near : undefined;
}
