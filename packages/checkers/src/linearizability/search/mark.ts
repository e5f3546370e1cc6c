/** A place in the history from which a walk can be taken up again. */
export interface Mark {
  /** Events consumed before it. */
  readonly event: number;
  readonly configurations: Int32Array;
  /** Operations that are open, those without end not among them. */
  readonly open: readonly number[];
  /** Operations without end that were invoked so far, by their class. */
  readonly crashed: Int32Array;
  /** No configuration had been dropped to get here. */
  readonly isExact: boolean;
}
