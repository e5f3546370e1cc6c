import type { History } from './history/history.ts';
import type { Verdict } from './verdict.ts';

/** Judges one property of a recorded history. Pure: the same history gives the same verdict. */
export interface Checker {
  readonly name: string;
  /** Judges how long something took: says nothing where the host itself was starved. Absent: a matter of safety. */
  readonly timing?: true;

  /** Never throws for a well-formed history; silence (nothing to judge) is `inconclusive`, not `pass`. */
  check(history: History): Verdict;
}
