import type { Measured } from './measured.ts';

/** One figure of a run, computed from its recorded history alone. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  /** What the number means, in one sentence. */
  readonly definition: string;
  measure(run: Measured): Measurement;
}

/** A value with its number of samples and 95 % interval, or null with the reason. Never NaN or infinite. */
export type Measurement =
  | { readonly value: number; readonly n: number; readonly interval: readonly [number, number] | null }
  | {
      readonly value: null;
      readonly n: number;
      readonly reason: string;
      readonly interval?: readonly [number, number];
    };

export const nothing = (reason: string, n = 0): Measurement => ({ value: null, n, reason });
