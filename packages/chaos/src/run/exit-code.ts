import type { ChaosVerdict } from '../result/result.ts';
import type { Interrupted } from './interrupted.ts';

export interface RunOutcome {
  readonly verdicts: readonly ChaosVerdict[];
  readonly hasResidue: boolean;
  /** The signal that ended the run, if one did. */
  readonly interruption: Interrupted['signal'] | null;
  /** Not runnable counts as inconclusive. */
  readonly strict: boolean;
}

export const MISUSE_EXIT_CODE = 2;
const codeOfSignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * How the command ends: 0 all passed, 1 an experiment failed, 3 nothing failed but something stays open, 4 aborted for
 * safety, 5 something was left behind, 129, 130 and 143 ended by a signal. Where several apply: signal, 5, 4, 1, 3.
 */
export function exitCodeOf({ verdicts, hasResidue, interruption, strict }: RunOutcome): number {
  if (interruption !== null) return codeOfSignal[interruption];
  if (hasResidue) return 5;
  if (verdicts.includes('aborted')) return 4;
  if (verdicts.includes('fail')) return 1;
  if (verdicts.includes('inconclusive')) return 3;
  const ran = verdicts.some((verdict) => verdict !== 'not-runnable');
  if (!ran || (strict && verdicts.includes('not-runnable'))) return 3;
  return 0;
}
