import type { Json } from './trace.ts';

/** What one run of a step may use. All but the wall clock is counted alike on every machine. */
export interface StepLimits {
  /** Greatest size of the step's linear memory, in bytes. */
  readonly memoryBytes: number;

  /** Greatest number of machine instructions of the sandbox, charged a block of code at a time. */
  readonly fuel: number;

  /** Greatest size of what the step returns, in bytes of JSON. */
  readonly outputBytes: number;

  /** Greatest depth of calls, in bytes of stack. */
  readonly stackBytes: number;
}

/** `javascript`: the body of a strict function of `input`. `wasm`: a module with the exports `memory`, `alloc` and `run`. */
export type StepCode =
  | { readonly kind: 'javascript'; readonly source: string }
  | { readonly kind: 'wasm'; readonly module: Uint8Array };

/** One step to run. Its outcome is a function of this value alone: every executor computes the same. */
export interface StepRun {
  readonly code: StepCode;
  readonly input: Json;

  /** Names the execution of the flow. With `step` it is the seed of the step's random numbers. */
  readonly execution: string;
  readonly step: string;

  /** What the step sees as the time, in milliseconds since 1970: a value that all executors share, never a machine's own. */
  readonly calendarMs: number;

  readonly limits: StepLimits;
}

export interface StepUsage {
  readonly fuel: number;
  /** Size of the linear memory at the end; it never shrinks. */
  readonly memoryBytes: number;
  readonly outputBytes: number;
}

export type StepLimit = 'memory' | 'fuel' | 'output' | 'stack';

/** What every honest executor sees alike. `encoding` is the canonical form to digest and attest; messages are for people. */
export type AttestableOutcome =
  | {
      readonly outcome: 'completed';
      readonly output: Json;
      /** Ledger operations as plain data, not yet validated as such. */
      readonly effects: readonly Json[];
      readonly encoding: Uint8Array;
      readonly used: StepUsage;
    }
  | {
      readonly outcome: 'limit';
      readonly which: StepLimit;
      readonly message: string;
      readonly encoding: Uint8Array;
      readonly used: StepUsage;
    }
  | { readonly outcome: 'error'; readonly message: string; readonly encoding: Uint8Array; readonly used: StepUsage };

/** The machine failed, not the step. Attests nothing, and is no evidence against anyone. */
export interface HostError {
  readonly outcome: 'host-error';
  readonly message: string;
}

export type StepOutcome = AttestableOutcome | HostError;

/** Runs one step where it is called, to its end, without the platform. Never throws: what goes wrong is an outcome. */
export interface Sandbox {
  run(step: StepRun): StepOutcome;
}

/** What ends a step on a real machine without a result. Attests nothing. */
export type Unfinished =
  | HostError
  /** The wall clock ran out. */
  | { readonly outcome: 'deadline'; readonly message: string }
  /** Nothing was started: too many steps wait already. Ask again later, or let another executor do it. */
  | { readonly outcome: 'busy'; readonly message: string };

/** A step together with what the machine that runs it needs to know. */
export interface StepOrder {
  readonly run: StepRun;

  /** Steps of one owner share one part of the machine, so that no one starves the others. */
  readonly owner: string;

  /** Wall-clock time that the step should take at most. It is ended for sure at twice this. */
  readonly deadlineMs: number;
}

/** Where the engine sends its steps: worker threads on a real machine, virtual time in simulation. */
export interface StepRunner {
  /** Calls `answer` exactly once, and never before it has returned. */
  submit(order: StepOrder, answer: (outcome: AttestableOutcome | Unfinished) => void): void;
}
