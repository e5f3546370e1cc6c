import { type History, isPhase } from '@qflow/checkers';
import type { HostReading } from '../cluster/cluster.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { operationsUnderHarm } from '../metrics/availability.ts';
import { measureAll } from '../metrics/catalogue.ts';
import { type Measured, measured } from '../metrics/measured.ts';
import { outageLengths } from '../metrics/mttr.ts';
import { observedSpan } from '../metrics/outages.ts';
import { seriesOf } from '../metrics/series.ts';
import type { ExperimentResult, FailurePoint, ResilientBehavior } from '../result/result.ts';
import type { ResidueFinding } from '../safety/residue.ts';
import type { ChaosTestConfig } from '../settings/settings.ts';
import { messageOf } from './bounded.ts';
import type { ExperimentRequest } from './deploy.ts';
import { failurePointsOf } from './failure-points.ts';
import { type Judgement, judge } from './judge.ts';
import { resilientBehaviorsOf } from './resilient-behaviors.ts';
import type { Stage } from './stage.ts';

/** What one experiment came to, with the raw samples that the summary of a run pools. */
export interface ExperimentOutcome {
  /** All but what only the run knows: when it began by the calendar, where its artefacts lie. */
  readonly detail: Omit<ExperimentResult, 'startedAt' | 'artefacts' | 'replay'>;
  readonly resilientBehaviors: readonly ResilientBehavior[];
  readonly failurePoints: readonly FailurePoint[];
  readonly samples: Samples;
  readonly host: HostReading | null;
}

/** Raw figures, pooled over experiments. Times in milliseconds. */
export interface Samples {
  readonly outagesMs: readonly number[];
  readonly observedMs: number;
  readonly due: number;
  readonly served: number;
}

export const noSamples: Samples = { outagesMs: [], observedMs: 0, due: 0, served: 0 };

/** Freezes the history, judges it, measures it, and puts the result together. */
export function closing(
  request: ExperimentRequest,
  stage: Stage,
  cut: unknown,
  residue: readonly ResidueFinding[],
): ExperimentOutcome {
  const { experiment, settings } = request;
  stage.history.phase('judgement');
  const history = stage.history.frozen();
  const run = measured(history, stage.history.startNs());
  const judgement = judge({
    experiment,
    history,
    isControlRun: stage.schedule.isControlRun,
    faults: stage.injector.usedRecords(),
    recovery: stage.recovery,
    residue,
    starvation: stage.host.starvation(),
    cut,
  });

  const detail: ExperimentOutcome['detail'] = {
    ...identity(request),
    ...withoutRecovery(judgement, settings),
    fingerprint: stage.cluster.fingerprint?.() ?? null,
    settings: resolved(stage),
    durationMs: run.endMs,
    phases: phasesOf(history, run),
    faults: [...stage.injector.records()],
    metrics: settings.metricsCollection ? measureAll(run) : {},
    ...(settings.metricsCollection ? { series: seriesOf(run) } : {}),
    ...(stage.abortLatencyMs === null ? {} : { abortLatencyMs: stage.abortLatencyMs }),
    residue: residue.map((finding) => ({ ...finding })),
  };
  return {
    detail,
    resilientBehaviors: resilientBehaviorsOf(detail, run),
    failurePoints: failurePointsOf(detail),
    samples: samplesOf(run),
    host: stage.host.reading ?? null,
  };
}

/** The cluster did not come up: nothing was harmed, nothing is shown. */
export function neverDeployed(
  request: ExperimentRequest,
  history: HistoryRecorder,
  thrown: unknown,
): ExperimentOutcome {
  const judgement = judge({
    experiment: { checks: [] },
    history: history.frozen(),
    isControlRun: false,
    faults: [],
    recovery: null,
    residue: [],
    starvation: null,
    cut: thrown ?? new Error('unknown'),
  });
  const reason =
    judgement.verdict === 'inconclusive' ? `the cluster did not start: ${messageOf(thrown)}` : judgement.reason;
  return unharmed({ ...identity(request), ...judgement, reason }, request.settings);
}

/** An outcome of an experiment that was not begun, or not further than its deployment. */
export function unharmed(
  detail: ReturnType<typeof identity> & Pick<ExperimentResult, 'verdict' | 'reason'>,
  settings: ChaosTestConfig,
): ExperimentOutcome {
  return {
    detail: {
      ...detail,
      fingerprint: null,
      settings: { ...settings },
      durationMs: 0,
      phases: [],
      faults: [],
      checks: [],
      metrics: {},
      residue: [],
    },
    resilientBehaviors: [],
    failurePoints: [],
    samples: noSamples,
    host: null,
  };
}

/** What an experiment's result says of it before it is run. */
export const identity = ({ experiment, seed }: Pick<ExperimentRequest, 'experiment' | 'seed'>) => ({
  id: experiment.name,
  question: experiment.question,
  expectation: experiment.expectation,
  seed,
  clusterSize: experiment.cluster.nodes,
});

/** Without automatic recovery the second half of an experiment does not take place, and nothing can pass. */
function withoutRecovery(judgement: Judgement, { autoRecovery }: ChaosTestConfig) {
  const checks = judgement.checks.map((check) => ({ ...check }));
  if (autoRecovery || judgement.verdict === 'fail' || judgement.verdict === 'aborted') return { ...judgement, checks };
  const reason = 'autoRecovery is off: the harm was not healed, so recovery and final reads were left out';
  return { verdict: 'inconclusive' as const, reason, checks };
}

/** What the settings came to for this experiment. */
const resolved = ({ settings, schedule, experiment, cluster, baselineShare }: Stage) => ({
  ...settings,
  duration: schedule.harmMs,
  blastRadius: settings.blastRadius ?? experiment.blastRadius ?? cluster.tolerance / cluster.nodes.length,
  baselineShare,
});

function phasesOf(history: History, run: Measured): ExperimentResult['phases'] {
  return history.events.filter(isPhase).map(({ phase }) => {
    const { fromMs, toMs } = run.phases.get(phase)!;
    return { phase, startedAtMs: fromMs, endedAtMs: toMs };
  });
}

function samplesOf(run: Measured): Samples {
  const observed = observedSpan(run.phases);
  const due = operationsUnderHarm(run);
  return {
    outagesMs: outageLengths(run),
    observedMs: observed === undefined ? 0 : observed.toMs - observed.fromMs,
    due: due.length,
    served: due.filter(({ isServed }) => isServed).length,
  };
}
