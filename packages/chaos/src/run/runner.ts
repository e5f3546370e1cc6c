import type { Environment } from '../cluster/environment.ts';
import type { Target } from '../cluster/target.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { misfit, type Offer } from '../experiment/fits.ts';
import { greatestHarm, scheduleOf } from '../experiment/schedule.ts';
import type { InjectorBounds } from '../faults/injector.ts';
import type { Progress } from '../result/reporter.ts';
import { admit, BlastRadiusExceeded } from '../safety/gate.ts';
import type { ChaosTestConfig } from '../settings/settings.ts';
import { type ExperimentOutcome, identity, unharmed } from './closing.ts';
import type { ExperimentPlace } from './place.ts';
import { runExperiment } from './run-experiment.ts';

export interface RunnerOptions {
  readonly environment: Environment;
  readonly target: Target;
  readonly settings: ChaosTestConfig;
  readonly seed: number;
  readonly runId: string;
  /** What the other environments offer, to say where an experiment would run that does not run here. */
  readonly elsewhere?: readonly Offer[];
  readonly bounds?: Partial<InjectorBounds>;
  readonly signal?: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** Runs one experiment through its phases: deploy, steady state, baseline, harm, heal, recovery, judgement. */
export class ChaosTestRunner {
  readonly #options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Why the experiment cannot be run with these settings, or null. Nothing is started to find out. */
  async unrunnable(experiment: Experiment): Promise<string | null> {
    const { environment, target, elsewhere } = this.#options;
    return (
      misfit(experiment, environment, target, elsewhere) ??
      (await environment.unfit(target)) ??
      this.#beyondRadius(experiment)
    );
  }

  /** Runs it. Never throws: what goes wrong is in the verdict. */
  run(experiment: Experiment, place: ExperimentPlace): Promise<ExperimentOutcome> {
    const { elsewhere, ...options } = this.#options;
    return runExperiment({ ...options, experiment, place });
  }

  /** The outcome of an experiment that is not run. */
  notRun(
    experiment: Experiment,
    verdict: 'not-runnable' | 'aborted' | 'inconclusive',
    reason: string,
  ): ExperimentOutcome {
    const { seed, settings } = this.#options;
    return unharmed({ ...identity({ experiment, seed }), verdict, reason }, settings);
  }

  #beyondRadius(experiment: Experiment): string | null {
    const { target, settings } = this.#options;
    const { nodes } = experiment.cluster;
    const tolerance = target.tolerance(nodes);
    // Whichever repetitions the seed will choose: the most that the timeline could do.
    const worst = scheduleOf(experiment, worstCase(settings), certain);
    try {
      admit({ nodes, tolerance, experiment, ceiling: settings.blastRadius }, greatestHarm(worst, tolerance));
      return null;
    } catch (thrown) {
      if (thrown instanceof BlastRadiusExceeded) return thrown.message;
      throw thrown;
    }
  }
}

const worstCase = (settings: ChaosTestConfig): ChaosTestConfig =>
  settings.failureRate === 0 ? settings : { ...settings, failureRate: 1 };

/** Draws that use every opportunity. */
const certain = { unit: () => 0 };
