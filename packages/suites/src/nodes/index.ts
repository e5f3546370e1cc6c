import type { Experiment } from '@qflow/chaos';
import { leaderFailure } from './leader-failure.ts';
import { multipleFailures } from './multiple-failures.ts';
import { recoveryAndRejoin } from './recovery-and-rejoin.ts';

/** What happens when nodes fail. */
export const nodes: readonly Experiment[] = [leaderFailure, multipleFailures, recoveryAndRejoin];
