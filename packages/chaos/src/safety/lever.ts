/** Everything is halted: since when (ISO 8601, UTC), and why. */
export interface Halt {
  readonly at: string;
  readonly reason: string;
}

/**
 * The one switch that stops every run of a machine and blocks new ones, a port: a file in `environments/host`. Latched:
 * once pulled it stays so, whoever ends meanwhile, until somebody resumes. One that cannot be read counts as pulled.
 */
export interface SafetyLever {
  halted(): Halt | null;
  /** Resolves once it is durable. Pulled already, it keeps its first reason. */
  halt(reason: string): Promise<Halt>;
  /** Lifts it. Resolves with what was lifted, or null when it was not pulled. */
  resume(): Promise<Halt | null>;
  /** Calls `onHalt` once, as soon as it is pulled, at once when it is; the returned function stops watching. */
  watch(onHalt: (halt: Halt) => void): () => void;
}

/** The safety lever was pulled. Reason of the abort of a run. */
export class Halted extends Error {
  override readonly name = 'Halted';
  readonly halt: Halt;

  constructor(halt: Halt) {
    super(`halted since ${halt.at}: ${halt.reason}`);
    this.halt = halt;
  }
}
