import type { Experiment } from '@qflow/chaos';
import { nodes } from './nodes/index.ts';

export { refusesDamage } from './checks/refuses-damage.ts';
export { votesAgain } from './checks/votes-again.ts';

/** Every experiment that ships, suite by suite. */
export const experimentCatalogue: readonly Experiment[] = [...nodes];

/** Of every suite there is, what a first run takes: at most a minute in all on real processes. */
export const quickSet: readonly Experiment[] = [...nodes];
