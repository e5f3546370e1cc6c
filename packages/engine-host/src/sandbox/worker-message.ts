import type { StepOutcome, StepRun } from '@qflow/ports';

/** What a worker thread is started with. */
export interface WorkerStart {
  /** QuickJS as `meterEngine` of @qflow/sandbox made it. */
  readonly meteredEngine: Uint8Array;
}

export interface WorkerOrder {
  readonly run: StepRun;
}

/** `ready` comes once, before any outcome. */
export type WorkerAnswer = { readonly kind: 'ready' } | { readonly kind: 'outcome'; readonly outcome: StepOutcome };
