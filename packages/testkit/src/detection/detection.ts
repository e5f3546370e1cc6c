import type { ExperimentResult } from '@qflow/chaos';
import { type History, isNodeEvent } from '@qflow/checkers';
import type { SimulationOptions } from '@qflow/environments';

/** Which broken node an experiment has to catch, and what counts as catching it. */
export interface Detection {
  /** Name in the catalogue of experiments. */
  readonly experiment: string;
  /** Name in the catalogue of broken nodes. Every node of the cluster runs it. */
  readonly brokenNode: string;
  /** The checks that see what is broken. A failure of any other check catches nothing: it may have other causes. */
  readonly by: readonly string[];
  /** Counts a cluster that serves no more, where its own nodes say that they stopped for what is broken. */
  readonly orStops?: Witnessed;
  /** Clients take answers without their proof: this node answers before there is any. */
  readonly trustsNodes?: boolean;
  /** Links of the simulated world other than healthy ones. */
  readonly links?: NonNullable<SimulationOptions['link']>;
}

/** A check that what is broken makes fail, as many other things would, and the node event that tells them apart. */
interface Witnessed {
  readonly by: readonly string[];
  readonly event: string;
  /** Part of what the event gives as its reason. */
  readonly reason: string;
}

/** The failed checks that show what is broken; none when the experiment passed, or failed for anything else. */
export function caughtBy(
  { by, orStops }: Pick<Detection, 'by' | 'orStops'>,
  { verdict, checks }: Pick<ExperimentResult, 'verdict' | 'checks'>,
  history: History,
): readonly string[] {
  if (verdict !== 'fail') {
    return [];
  }
  const telling = orStops !== undefined && isWitnessed(orStops, history) ? [...by, ...orStops.by] : by;
  return checks.filter((check) => check.verdict === 'fail' && telling.includes(check.name)).map(({ name }) => name);
}

/** Whether an honest node says that it stopped for what is broken. */
export const isWitnessed = ({ event, reason }: Pick<Witnessed, 'event' | 'reason'>, { events }: History): boolean =>
  events.some(
    (one) => isNodeEvent(one) && one.honest && one.event === event && JSON.stringify(one.value).includes(reason),
  );
