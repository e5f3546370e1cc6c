import type { Environment } from '../cluster/environment.ts';
import type { Target } from '../cluster/target.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { scheduleOf } from '../experiment/schedule.ts';
import { FailureInjector, type InjectorBounds } from '../faults/injector.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Progress } from '../result/reporter.ts';
import { RunHealing } from '../safety/healing.ts';
import type { ChaosTestConfig } from '../settings/settings.ts';
import { LogicalProcesses } from '../workloads/logical-processes.ts';
import { HostWatch } from './host-watch.ts';
import type { ExperimentPlace } from './place.ts';
import type { PhaseName, Stage } from './stage.ts';

export interface ExperimentRequest {
  readonly experiment: Experiment;
  readonly environment: Environment;
  readonly target: Target;
  readonly settings: ChaosTestConfig;
  readonly seed: number;
  readonly runId: string;
  readonly place: ExperimentPlace;
  readonly bounds?: Partial<InjectorBounds>;
  /** Aborted with an `Interrupted` when the user ends the run. */
  readonly signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** Starts the cluster and puts together what the phases share. */
export async function deploy(request: ExperimentRequest, history: HistoryRecorder): Promise<Stage> {
  const { experiment, environment, target, settings, seed, runId, place, signal } = request;
  const onProgress = (progress: Progress): void => request.onProgress?.(progress);
  signal?.throwIfAborted();

  history.phase('deploy');
  onProgress({ kind: 'phase', id: experiment.name, phase: 'deploy', leftMs: null });
  const cluster = await environment.deploy({
    target,
    size: experiment.cluster.nodes,
    seed,
    runId,
    history,
    ...(place.directory === undefined ? {} : { directory: place.directory }),
    ...(place.journal.path === undefined ? {} : { undoJournal: place.journal.path }),
    ...(signal === undefined ? {} : { signal }),
  });
  // For environments that have no clock before their cluster runs.
  history.startClock(cluster.clock);

  const cut = new AbortController();
  const interrupt = (): void => cut.abort(signal?.reason);
  if (signal?.aborted) interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });

  cut.signal.addEventListener('abort', () => {
    stage.cutAtNs = cluster.clock.nowNs();
  });

  const healing = new RunHealing({ journal: place.journal, clock: cluster.clock, undo: (undo) => cluster.undo(undo) });
  const stage: Stage = {
    experiment,
    settings,
    schedule: scheduleOf(experiment, settings, cluster.random.stream('schedule')),
    cluster,
    history,
    healing,
    injector: new FailureInjector({
      cluster,
      healing,
      history,
      radius: { experiment, ceiling: settings.blastRadius },
      random: cluster.random.stream('selection'),
      sinceStartMs: () => (cluster.clock.nowNs() - history.startNs()) / 1e6,
      onStage: (description, reached) =>
        onProgress({ kind: 'fault', id: experiment.name, description, stage: reached }),
      ...(request.bounds === undefined ? {} : { bounds: request.bounds }),
    }),
    processes: new LogicalProcesses(cluster, history),
    host: new HostWatch(cluster),
    cut,
    cutAtNs: cut.signal.aborted ? cluster.clock.nowNs() : null,
    abortLatencyMs: null,
    injecting: Promise.resolve(),
    load: null,
    baselineShare: null,
    recovery: null,
    phaseEndsAtMs: null,
    onProgress,
    enter(phase: PhaseName, lastsMs: number | null) {
      cut.signal.throwIfAborted();
      history.phase(phase);
      stage.phaseEndsAtMs = lastsMs === null ? null : cluster.clock.nowNs() / 1e6 + lastsMs;
      onProgress({ kind: 'phase', id: experiment.name, phase, leftMs: lastsMs });
    },
  };
  return stage;
}
