/**
 * The rules of the engine that a broken node replaces, one at a time, to show that an experiment notices.
 * Every rule is a function or a value that the engine really consults; `soundRules` is the engine as it ships.
 */
export interface Rules {
  readonly consensus: ConsensusRules;
}

/** Filled in by `consensus/`: each says in its docstring what it guards. */
export interface ConsensusRules {
  /** How many shares certify: n − ⌊(n−1)/3⌋. */
  quorum(validators: number): number;
}
