import type { Checker, History } from '@qflow/checkers';
import type { Experiment } from '../experiment/experiment.ts';
import type { ChaosVerdict, CheckResult, FaultRecord } from '../result/result.ts';
import { Halted } from '../safety/lever.ts';
import { StoppedForSafety } from '../safety/monitor.ts';
import type { ResidueFinding } from '../safety/residue.ts';
import { messageOf } from './bounded.ts';
import { Interrupted } from './interrupted.ts';
import { NotSteady, type RecoveryOutcome } from './stage.ts';

/** The framework's own check, beside those that the experiment names. */
export const BACK_TO_STEADY_STATE = 'back-to-steady-state';

export interface Findings {
  readonly experiment: Pick<Experiment, 'checks'>;
  readonly history: History;
  readonly isControlRun: boolean;
  /** Those that were to be injected; what `failureRate` left out is not among them. */
  readonly faults: readonly FaultRecord[];
  /** Null when the run did not get that far. */
  readonly recovery: RecoveryOutcome | null;
  readonly residue: readonly ResidueFinding[];
  /** In what way the host was starved, or null when it was not. */
  readonly starvation: string | null;
  /** What cut the run short; undefined when nothing did. */
  readonly cut: unknown;
}

export interface Judgement {
  readonly verdict: Exclude<ChaosVerdict, 'not-runnable'>;
  readonly reason: string;
  readonly checks: readonly CheckResult[];
}

/** A check with whether it judges how long something took. */
type Judged = CheckResult & { readonly isTimed: boolean };

/** What a run shows. The worst wins: fail, aborted, inconclusive, pass. A violation counts even where harm was not proved. */
export function judge(findings: Findings): Judgement {
  const judged = [
    ...findings.experiment.checks.map((checker) => judgedBy(checker, findings.history)),
    ...(findings.recovery === null ? [] : [judgedRecovery(findings.recovery)]),
  ].map((check) => (check.isTimed ? whereTimeCounts(check, findings) : check));

  const checks = judged.map(({ isTimed, ...check }) => check);
  return { ...verdictOf(judged, findings), checks };
}

function verdictOf(judged: readonly Judged[], findings: Findings): Pick<Judgement, 'verdict' | 'reason'> {
  const { residue, cut, faults, isControlRun } = findings;

  const failed = judged.find(({ verdict }) => verdict === 'fail');
  if (failed !== undefined) return { verdict: 'fail', reason: `${failed.name}: ${failed.reason}` };
  const [left] = residue;
  if (left !== undefined) return { verdict: 'fail', reason: `something was left behind: ${left.what}` };

  if (cut instanceof StoppedForSafety) return { verdict: 'aborted', reason: `stopped for safety: ${cut.message}` };
  if (cut instanceof Halted) return { verdict: 'aborted', reason: `stopped for safety: ${cut.message}` };
  if (cut instanceof Interrupted) return { verdict: 'aborted', reason: cut.message };
  if (cut instanceof NotSteady) {
    const why = findings.starvation === null ? '' : ` (the host was starved: ${findings.starvation})`;
    return open(`no steady state: ${cut.message}${why}`);
  }
  if (cut !== undefined) return { verdict: 'inconclusive', reason: `the run was cut short: ${messageOf(cut)}` };

  const unproved = faults.find(({ proof }) => !proof.proved);
  if (unproved !== undefined) {
    return open(`harm was not proved: ${unproved.description}: ${unproved.proof.reason}`);
  }
  const unhealed = faults.find(({ healed }) => !healed.proved);
  if (unhealed !== undefined) {
    return open(`healing was not proved: ${unhealed.description}: ${unhealed.healed.reason}`);
  }
  // Without harm there is nothing to recover from, so nothing to time.
  const undecided = judged.find(({ verdict, isTimed }) => verdict === 'inconclusive' && !(isControlRun && isTimed));
  if (undecided !== undefined) return open(`${undecided.name}: ${undecided.reason}`);

  const held = judged.filter(({ verdict }) => verdict === 'pass').map(({ name }) => name);
  return {
    verdict: 'pass',
    reason: isControlRun
      ? `control run without harm: ${held.join(', ')} hold`
      : `${held.join(', ')} hold under ${faults.length} proved ${faults.length === 1 ? 'fault' : 'faults'}`,
  };
}

const open = (reason: string): Pick<Judgement, 'verdict' | 'reason'> => ({ verdict: 'inconclusive', reason });

/** A checker that crashes has judged nothing. */
function judgedBy(checker: Checker, history: History): Judged {
  const base = { name: checker.name, isTimed: checker.timing === true };
  try {
    const found = checker.check(history);
    switch (found.verdict) {
      case 'pass':
        return { ...base, verdict: 'pass', evidence: [...(found.measured ?? [])] };
      case 'fail':
        return { ...base, verdict: 'fail', reason: found.reason, evidence: [...found.evidence] };
      case 'inconclusive':
        return { ...base, verdict: 'inconclusive', reason: found.reason, evidence: [] };
    }
  } catch (thrown) {
    return { ...base, verdict: 'inconclusive', reason: `the checker crashed: ${messageOf(thrown)}`, evidence: [] };
  }
}

function judgedRecovery(recovery: RecoveryOutcome): Judged {
  const base = { name: BACK_TO_STEADY_STATE, isTimed: true };
  if (recovery.isRecovered) return { ...base, verdict: 'pass', evidence: [{ ...recovery }] };
  const reason = `${recovery.withinMs} ms after the healing ${recovery.missing}`;
  return { ...base, verdict: 'fail', reason, evidence: [{ ...recovery }] };
}

/**
 * A bound that was missed on a starved host, or in a run that was cut short, says nothing about the system. One that was
 * kept all the same was kept.
 */
function whereTimeCounts(check: Judged, { starvation, cut }: Findings): Judged {
  if (check.verdict !== 'fail') return check;
  if (starvation !== null) {
    const reason = `the host was starved (${starvation}), so this says nothing: ${check.reason}`;
    return { ...check, verdict: 'inconclusive', reason };
  }
  if (cut === undefined) return check;
  return { ...check, verdict: 'inconclusive', reason: `the run was cut short, so this says nothing: ${check.reason}` };
}
