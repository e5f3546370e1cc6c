import { suiteOf } from '../experiment/define.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Progress, Reporter } from '../result/reporter.ts';
import type { ChaosTestResults, ExperimentResult } from '../result/result.ts';
import { Halted, type SafetyLever } from '../safety/lever.ts';
import { assemble, type FinishedExperiment } from './assemble.ts';
import { messageOf } from './bounded.ts';
import { choose } from './choose.ts';
import type { ExperimentOutcome } from './closing.ts';
import { Interrupted } from './interrupted.ts';
import type { RunPlace } from './place.ts';
import { ChaosTestRunner, type RunnerOptions } from './runner.ts';

export interface SuiteOptions extends Omit<RunnerOptions, 'onProgress'> {
  /** Every experiment there is; `names` chooses among them. */
  readonly catalogue: readonly Experiment[];
  /** `suite/experiment`, or a suite; none for all. */
  readonly names: readonly string[];
  readonly place: RunPlace;
  readonly reporters: readonly Reporter[];
  /** Of Qflow Chaos. */
  readonly version: string;
  /** Digest of the target's bundle, where it has one. */
  /** Stops the run when it is pulled. */
  readonly lever?: SafetyLever;
  /** Not runnable counts as inconclusive in the exit code. */
  readonly strict?: boolean;
}

/** Runs chosen experiments one after another over an environment and a target. */
export class ChaosTestSuite {
  readonly #options: SuiteOptions;
  readonly #experiments: readonly Experiment[];
  /** Cuts the run short, whoever asks for it first: the user, or the safety lever. */
  readonly #cut = new AbortController();

  /** @throws Misuse when a name is none of the catalogue's */
  constructor(options: SuiteOptions) {
    this.#options = options;
    this.#experiments = choose(options.catalogue, options.names);
  }

  /** The experiments that were chosen, in the order in which they run. */
  get experiments(): readonly Experiment[] {
    return this.#experiments;
  }

  async run(): Promise<ChaosTestResults> {
    const { signal, lever } = this.#options;
    const interrupt = (): void => this.#cut.abort(signal?.reason);
    if (signal?.aborted) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    const unwatch = lever?.watch((halt) => this.#cut.abort(new Halted(halt)));
    try {
      return await this.#all();
    } finally {
      unwatch?.();
      signal?.removeEventListener('abort', interrupt);
    }
  }

  async #all(): Promise<ChaosTestResults> {
    const { place, reporters } = this.#options;
    const startedAt = place.calendar();
    const startMs = place.monotonicMs();
    const finished: FinishedExperiment[] = [];

    for (const [position, experiment] of this.#experiments.entries()) {
      this.#tell({
        kind: 'experiment-started',
        id: experiment.name,
        position: position + 1,
        of: this.#experiments.length,
      });
      const one = await this.#one(experiment);
      finished.push(one);
      for (const reporter of reporters) reporter.onExperimentEnd?.(one.result);
    }

    const results = assemble(this.#options, finished, {
      startedAt,
      durationMs: place.monotonicMs() - startMs,
      interruption: this.#interruption(),
    });
    for (const reporter of reporters) await reporter.onRunEnd?.(results);
    return results;
  }

  async #one(experiment: Experiment): Promise<FinishedExperiment> {
    const { place } = this.#options;
    const startedAt = place.calendar();
    const startMs = place.monotonicMs();
    const runner = new ChaosTestRunner({
      ...this.#options,
      signal: this.#cut.signal,
      onProgress: (progress) => this.#tell(progress),
    });

    let artefacts: Readonly<Record<string, string>> = {};
    let outcome: ExperimentOutcome;
    try {
      const obstacle = await runner.unrunnable(experiment);
      if (this.#cut.signal.aborted) {
        outcome = runner.notRun(experiment, 'aborted', `not started: ${messageOf(this.#cut.signal.reason)}`);
      } else if (obstacle !== null) {
        outcome = runner.notRun(experiment, 'not-runnable', obstacle);
      } else {
        const room = await place.open(experiment.name);
        outcome = await runner.run(experiment, room);
        artefacts = await room.close().catch((thrown) => {
          outcome = unwritten(outcome, messageOf(thrown));
          return {};
        });
      }
    } catch (thrown) {
      outcome = runner.notRun(experiment, 'inconclusive', `the framework failed: ${messageOf(thrown)}`);
    }

    const result: ExperimentResult = {
      ...outcome.detail,
      startedAt,
      artefacts: { ...artefacts },
      replay: this.#replay(experiment),
    };
    return { suite: suiteOf(experiment), result, outcome, executionMs: place.monotonicMs() - startMs };
  }

  /** The command that runs this experiment again with the same seed. */
  #replay({ name }: Experiment): string {
    const { environment, seed } = this.#options;
    return `qflow-chaos run ${name} --env ${environment.name} --seed ${seed}`;
  }

  #interruption(): Interrupted['signal'] | null {
    if (!this.#cut.signal.aborted) return null;
    const { reason } = this.#cut.signal;
    if (reason instanceof Halted) return null;
    return reason instanceof Interrupted ? reason.signal : 'SIGINT';
  }

  #tell(progress: Progress): void {
    for (const reporter of this.#options.reporters) reporter.onProgress?.(progress);
  }
}

/** A verdict without its record cannot be looked into: a pass stays open. */
function unwritten(outcome: ExperimentOutcome, reason: string): ExperimentOutcome {
  if (outcome.detail.verdict !== 'pass') return outcome;
  const detail = {
    ...outcome.detail,
    verdict: 'inconclusive' as const,
    reason: `the history could not be written: ${reason}`,
  };
  return { ...outcome, detail };
}
