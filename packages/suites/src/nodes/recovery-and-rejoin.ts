import { at, crash, damageLog, experiment, register, restart, seconds, when } from '@qflow/chaos';
import {
  agreement,
  completedOperations,
  consistentVotes,
  linearizable,
  noLostWrites,
  recovered,
} from '@qflow/checkers';
import { refusesDamage } from '../checks/refuses-damage.ts';
import { votesAgain } from '../checks/votes-again.ts';

const anyNode = { role: 'any', count: 1 } as const;

export const recoveryAndRejoin = experiment({
  name: 'nodes/recovery-and-rejoin',
  question:
    'Does a node that was killed come back as a full member: caught up, voting, and true to the votes it had cast?',
  expectation:
    'It rejoins within ten seconds, over a torn log too; over a damaged one it refuses, and rejoins from nothing.',

  cluster: { nodes: 4 },
  workload: register({ keys: 3, ratePerSecond: 50 }),
  baselineMs: seconds(1.5),
  harmMs: seconds(8),
  timeline: [
    at(seconds(0.5), crash({ nodes: anyNode }), { lastsMs: seconds(2) }),
    // Back within its own view: one that has forgotten its vote there would cast another.
    when('proposal-half-sent', restart({ nodes: 'leader' }), { afterMs: seconds(2.8), lastsMs: seconds(0.5) }),
    when('proposal-half-sent', restart({ nodes: 'leader' }), { afterMs: seconds(3.8), lastsMs: seconds(0.5) }),
    at(seconds(4.8), damageLog({ nodes: anyNode, how: 'tear' }), { lastsMs: seconds(1) }),
    at(seconds(6.3), damageLog({ nodes: anyNode, how: 'flip' }), { lastsMs: seconds(1) }),
  ],
  recovery: { withinMs: seconds(10) },
  checks: [
    // Bounded, so that hundreds of unknown outcomes end in a verdict: undecided, if no other check decides.
    linearizable({ budget: { steps: 10e6 } }),
    agreement(),
    consistentVotes(),
    noLostWrites(),
    votesAgain(),
    refusesDamage(),
    recovered({ withinMs: seconds(3) }),
    completedOperations({ atLeast: 50, phase: 'harm' }),
  ],
});
