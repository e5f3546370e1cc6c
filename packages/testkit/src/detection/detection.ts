import type { ExperimentResult } from '@qflow/chaos';
import type { SimulationOptions } from '@qflow/environments';
import type { QflowOptions } from '@qflow/targets';

/** Which broken node an experiment has to catch, and what counts as catching it. */
export interface Detection {
  /** Name in the catalogue of experiments. */
  readonly experiment: string;
  /** Name in the catalogue of broken nodes. Every node of the cluster runs it. */
  readonly brokenNode: string;
  /** The checks that see what is broken. A failure of any other check catches nothing: it may have other causes. */
  readonly by: readonly string[];
  /** Clients take answers without their proof: this node answers before there is any. */
  readonly trustsNodes?: boolean;
  /** Settings of the nodes, sound and broken, other than the ones that they ship with. */
  readonly timing?: NonNullable<QflowOptions['timing']>;
  /** Links of the simulated world other than healthy ones. */
  readonly links?: NonNullable<SimulationOptions['link']>;
}

/** The failed checks that show what is broken; none when the experiment passed, or failed for anything else. */
export function caughtBy(
  { by }: Pick<Detection, 'by'>,
  { verdict, checks }: Pick<ExperimentResult, 'verdict' | 'checks'>,
): readonly string[] {
  return verdict === 'fail'
    ? checks.filter((check) => check.verdict === 'fail' && by.includes(check.name)).map(({ name }) => name)
    : [];
}
