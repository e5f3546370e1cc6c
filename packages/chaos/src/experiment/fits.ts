import type { Environment } from '../cluster/environment.ts';
import type { Target } from '../cluster/target.ts';
import { needsOf } from './define.ts';
import type { Experiment } from './experiment.ts';

/** What an environment can do, without the environment. */
export type Offer = Pick<Environment, 'name' | 'offers'>;

/** Why the experiment cannot run here, and where it would, or null when it can. Compared as data; nothing is started. */
export function misfit(
  experiment: Experiment,
  environment: Offer,
  target: Pick<Target, 'name' | 'workloads'>,
  elsewhere: readonly Offer[] = [],
): string | null {
  if (!target.workloads.includes(experiment.workload.name)) {
    return `The workload "${experiment.workload.name}" is not one that target "${target.name}" serves (it serves ${target.workloads.join(', ')}).`;
  }

  const missing = needsOf(experiment).find((need) => !environment.offers.includes(need));
  if (missing === undefined) return null;

  const fault = experiment.timeline.find((entry) => entry.fault.needs.includes(missing))?.fault.name;
  const who = fault === undefined ? 'The timeline' : `Fault "${fault}"`;
  const places = elsewhere
    .filter(
      ({ name, offers }) => name !== environment.name && needsOf(experiment).every((need) => offers.includes(need)),
    )
    .map(({ name }) => name);
  const remedy = places.length > 0 ? `Run it with --env ${places.join(' or ')}.` : 'No environment here offers it.';
  return `${who} needs ${missing}, which the "${environment.name}" environment does not offer. ${remedy}`;
}
