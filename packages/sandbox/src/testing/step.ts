import type { StepLimits, StepRun } from '@qflow/ports';

export const roomyLimits: StepLimits = {
  memoryBytes: 32 * 1024 * 1024,
  fuel: 100_000_000,
  outputBytes: 64 * 1024,
  stackBytes: 128 * 1024,
};

export type StepChanges = Partial<Omit<StepRun, 'limits'>> & { readonly limits?: Partial<StepLimits> };

export function javaScriptStep(source: string, changes: StepChanges = {}): StepRun {
  return stepOf({ code: { kind: 'javascript', source } }, changes);
}

export function wasmStep(module: Uint8Array, changes: StepChanges = {}): StepRun {
  return stepOf({ code: { kind: 'wasm', module } }, changes);
}

function stepOf(code: Pick<StepRun, 'code'>, { limits, ...changes }: StepChanges): StepRun {
  return {
    input: null,
    execution: 'execution-1',
    step: 'first',
    calendarMs: 1_700_000_000_000,
    ...code,
    ...changes,
    limits: { ...roomyLimits, ...limits },
  };
}
