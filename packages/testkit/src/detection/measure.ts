import type { Experiment, ExperimentResult } from '@qflow/chaos';
import { simulation } from '@qflow/environments';
import { experimentCatalogue } from '@qflow/suites';
import { qflow } from '@qflow/targets';
import { brokenQflow } from '../broken-node/target.ts';
import { caughtBy, type Detection } from './detection.ts';
import { runOnce } from './run.ts';

/** What became of one seed: on the engine as it ships, and with the broken node. */
export interface MeasuredSeed {
  readonly seed: number;
  readonly sound: Pick<ExperimentResult, 'verdict' | 'reason'>;
  readonly broken: Pick<ExperimentResult, 'verdict' | 'reason'>;
  /** The failed checks that show what is broken; none where it was not caught. */
  readonly caughtBy: readonly string[];
}

/** Runs an experiment over the simulated world with the seeds 1 to `seeds`, sound and broken. */
export async function measure(detection: Detection, seeds: number): Promise<readonly MeasuredSeed[]> {
  const { brokenNode, links, timing = {}, trustsNodes = false } = detection;
  const experiment = experimentNamed(detection.experiment);
  const environment = simulation(links === undefined ? {} : { link: links });
  const measured: MeasuredSeed[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const sound = await runOnce({ experiment, environment, target: qflow({ timing }), seed });
    const broken = await runOnce({
      experiment,
      environment,
      target: brokenQflow(brokenNode, { timing, trustsNodes }),
      seed,
    });
    measured.push({
      seed,
      sound: sound.result,
      broken: broken.result,
      caughtBy: caughtBy(detection, broken.result),
    });
  }
  return measured;
}

/** The experiment as it ships. @throws Error when there is none of that name */
export function experimentNamed(name: string): Experiment {
  const found = experimentCatalogue.find((experiment) => experiment.name === name);
  if (found === undefined) {
    throw new Error(`There is no experiment "${name}".`);
  }
  return found;
}

/** How many seeds were caught, and by which check how many of them: `14 (agreement 9, linearizable 7)`. */
export function summaryOf(measured: readonly MeasuredSeed[]): string {
  const byCheck = new Map<string, number>();
  for (const name of measured.flatMap((one) => one.caughtBy)) {
    byCheck.set(name, (byCheck.get(name) ?? 0) + 1);
  }
  const caught = measured.filter((one) => one.caughtBy.length > 0).length;
  const checks = [...byCheck].map(([name, count]) => `${name} ${count}`).join(', ');
  return checks === '' ? `${caught}` : `${caught} (${checks})`;
}
