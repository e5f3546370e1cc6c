import { crash, experiment, register, seconds, when } from '@qflow/chaos';
import {
  agreement,
  completedOperations,
  consistentVotes,
  linearizable,
  noLostWrites,
  recovered,
} from '@qflow/checkers';

export const leaderFailure = experiment({
  name: 'nodes/leader-failure',
  question:
    'Does a leader take acknowledged writes with it when it is killed in the middle of a proposal, and the next one too?',
  expectation: 'Each time another node leads within three seconds, and every acknowledged write is still there.',

  cluster: { nodes: 7 },
  workload: register({ keys: 3, ratePerSecond: 50 }),
  baselineMs: seconds(1.5),
  harmMs: seconds(5),
  timeline: [
    // Stopped by itself with half of its peers told, then killed: whoever leads next must cope with the other half.
    when('proposal-half-sent', crash({ nodes: 'leader' }), { afterMs: seconds(0.5), label: 'first leader' }),
    when('proposal-half-sent', crash({ nodes: 'leader' }), { afterMs: seconds(2.5), label: 'next leader' }),
  ],
  recovery: { withinMs: seconds(10) },
  checks: [
    // Bounded, so that hundreds of unknown outcomes end in a verdict: undecided, if no other check decides.
    linearizable({ budget: { steps: 10e6 } }),
    agreement(),
    consistentVotes(),
    noLostWrites(),
    recovered({ withinMs: seconds(3) }),
    completedOperations({ atLeast: 50, phase: 'harm' }),
  ],
});
