import { availability } from '../metrics/availability.ts';
import { resultOf } from '../metrics/catalogue.ts';
import { betweenFailures, mtbf } from '../metrics/mtbf.ts';
import { mttr } from '../metrics/mttr.ts';
import { meanOf, shareOf } from '../metrics/statistics.ts';
import {
  type ChaosTestCategoryResults,
  type ChaosTestResults,
  type ChaosTestSummary,
  type ChaosVerdict,
  categoryNames,
  categoryOfSuite,
  type ExperimentResult,
} from '../result/result.ts';
import type { ExperimentOutcome } from './closing.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Interrupted } from './interrupted.ts';
import type { RunnerOptions } from './runner.ts';

export interface FinishedExperiment {
  readonly suite: string;
  readonly result: ExperimentResult;
  readonly outcome: ExperimentOutcome;
  readonly executionMs: number;
}

/** What the document says of the run as a whole. */
export interface RunIdentity extends Pick<RunnerOptions, 'environment' | 'target' | 'settings' | 'seed' | 'runId'> {
  readonly version: string;
  readonly strict?: boolean;
}

export interface RunTimes {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly interruption: Interrupted['signal'] | null;
}

/** One document of all experiments of a run. */
export function assemble(
  options: RunIdentity,
  finished: readonly FinishedExperiment[],
  { startedAt, durationMs, interruption }: RunTimes,
): ChaosTestResults {
  const categories = Object.fromEntries(
    categoryNames.map((category) => [
      category,
      categoryOf(
        category,
        finished.filter(({ suite }) => categoryOfSuite[suite as keyof typeof categoryOfSuite] === category),
      ),
    ]),
  ) as Record<(typeof categoryNames)[number], ChaosTestCategoryResults>;

  return {
    schemaVersion: 1,
    version: options.version,
    run: {
      id: options.runId,
      seed: options.seed,
      environment: options.environment.name,
      target: { name: options.target.name, version: options.target.version, digest: options.target.digest ?? null },
      host: hostOf(finished),
      startedAt,
      durationMs,
      settings: { ...options.settings },
    },
    ...categories,
    summary: summaryOf(finished),
    exitCode: exitCodeOf({
      verdicts: finished.map(({ result }) => result.verdict),
      hasResidue: finished.some(({ result }) => result.residue.length > 0),
      interruption,
      strict: options.strict ?? false,
    }),
  };
}

function categoryOf(
  category: ChaosTestCategoryResults['category'],
  finished: readonly FinishedExperiment[],
): ChaosTestCategoryResults {
  return {
    category,
    ...counts(finished),
    executionTime: finished.reduce((sum, { executionMs }) => sum + executionMs, 0),
    resilientBehaviors: finished.flatMap(({ outcome }) => [...outcome.resilientBehaviors]),
    failurePoints: finished.flatMap(({ outcome }) => [...outcome.failurePoints]),
    details: finished.map(({ result }) => result),
  };
}

/** Figures over all experiments come from the pooled samples, never from means of means. */
function summaryOf(finished: readonly FinishedExperiment[]): ChaosTestSummary {
  const samples = finished.map(({ outcome }) => outcome.samples);
  const sum = (of: (sample: (typeof samples)[number]) => number): number =>
    samples.reduce((total, sample) => total + of(sample), 0);
  const outagesMs = samples.flatMap((sample) => sample.outagesMs);
  const due = sum((sample) => sample.due);
  return {
    ...counts(finished),
    resilientBehaviors: finished.reduce((total, { outcome }) => total + outcome.resilientBehaviors.length, 0),
    failurePoints: finished.reduce((total, { outcome }) => total + outcome.failurePoints.length, 0),
    mttr: resultOf(mttr, meanOf(outagesMs, 'there was no outage')),
    mtbf: resultOf(
      mtbf,
      betweenFailures(
        sum((sample) => sample.observedMs),
        outagesMs,
      ),
    ),
    availability: resultOf(
      availability,
      shareOf(
        sum((sample) => sample.served),
        due,
        'no operation fell due under harm',
      ),
    ),
  };
}

function counts(finished: readonly FinishedExperiment[]) {
  const count = (wanted: ChaosVerdict): number => finished.filter(({ result }) => result.verdict === wanted).length;
  return {
    totalTests: finished.length,
    passed: count('pass'),
    failed: count('fail'),
    aborted: count('aborted'),
    inconclusive: count('inconclusive'),
    notRunnable: count('not-runnable'),
  };
}

/** The host as last read, with the worst starvation of all experiments. */
function hostOf(finished: readonly FinishedExperiment[]): ChaosTestResults['run']['host'] {
  const readings = finished.flatMap(({ outcome }) => outcome.host ?? []);
  const last = readings[readings.length - 1];
  const starvedMs = readings.reduce((worst, reading) => Math.max(worst, reading.starvedMs), 0);
  return { cores: last?.cores ?? 0, kernel: last?.kernel ?? 'unknown', load: last?.load ?? 0, starvedMs };
}
