import type { ChaosTestResults, ExperimentResult } from './result.ts';

/** Progress of a run as it happens; times are milliseconds. */
export type Progress =
  | { readonly kind: 'experiment-started'; readonly id: string; readonly position: number; readonly of: number }
  | { readonly kind: 'phase'; readonly id: string; readonly phase: string; readonly leftMs: number | null }
  | {
      readonly kind: 'fault';
      readonly id: string;
      readonly description: string;
      readonly stage: 'injected' | 'proved' | 'unproved' | 'healed';
    }
  | {
      readonly kind: 'load';
      readonly id: string;
      readonly operationsPerSecond: number;
      readonly failing: number;
      readonly leftMs: number | null;
    };

/** Tells people or machines about a run. Each format is a pure function of the typed result; `onProgress` may write as it goes. */
export interface Reporter {
  readonly name: string;
  onProgress?(progress: Progress): void;
  onExperimentEnd?(result: ExperimentResult): void;
  onRunEnd?(result: ChaosTestResults): Promise<void> | void;
}
