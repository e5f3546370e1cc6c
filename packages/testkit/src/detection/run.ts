import {
  ChaosTestSuite,
  type Environment,
  type Experiment,
  type ExperimentResult,
  memoryPlace,
  type RunPlace,
  settingsSchema,
  type Target,
} from '@qflow/chaos';
import { type History, parseHistory } from '@qflow/checkers';

export interface DetectionRun {
  readonly experiment: Experiment;
  readonly environment: Environment;
  readonly target: Target;
  readonly seed: number;
  /** For the data and logs of nodes that are processes. */
  readonly directory?: string;
}

/** Runs one experiment as the command does, with the settings that nobody changed. */
export async function runOnce({ experiment, directory, ...run }: DetectionRun): Promise<{
  readonly result: ExperimentResult;
  readonly history: History;
}> {
  const lines: string[] = [];
  const suite = new ChaosTestSuite({
    ...run,
    catalogue: [experiment],
    names: [],
    settings: settingsSchema.parse({}),
    runId: `detection-${process.pid}-${run.seed}`,
    version: 'test',
    place: placeOf(lines, directory),
    reporters: [],
  });
  const results = await suite.run();
  const [result] = results.nodeFailure.details;
  if (result === undefined) {
    throw new Error(`${experiment.name} gave no result`);
  }
  return { result, history: parseHistory(lines.join('\n')) };
}

/** Keeps the history in memory. */
function placeOf(lines: string[], directory: string | undefined): RunPlace {
  const place = memoryPlace();
  return {
    ...place,
    async open(experiment) {
      const room = await place.open(experiment);
      return {
        ...room,
        ...(directory === undefined ? {} : { directory }),
        historyLine: (line) => void lines.push(line),
      };
    },
  };
}
