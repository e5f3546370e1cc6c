import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "x"?`, or nothing where no candidate is near enough to be a slip of the keyboard. */
export function suggestion(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const near = closest(word, candidates);
  const allowed = Math.max(2, Math.ceil(word.length / 3));
  return distance(word, near) <= allowed ? `; did you mean "${near}"?` : '';
}
