import { at, crash, experiment, register, seconds } from '@qflow/chaos';
import {
  agreement,
  completedOperations,
  consistentVotes,
  linearizable,
  noLostWrites,
  recovered,
} from '@qflow/checkers';

export const multipleFailures = experiment({
  name: 'nodes/multiple-failures',
  question: 'Is an acknowledged write safe when as many nodes as are tolerated die at the same instant?',
  expectation: 'The others go on within three seconds, and no acknowledged write is lost.',

  cluster: { nodes: 7 },
  workload: register({ keys: 3, ratePerSecond: 50 }),
  baselineMs: seconds(1.5),
  harmMs: seconds(4.5),
  timeline: [at(seconds(0.5), crash({ nodes: { role: 'any', count: 'tolerance' } }))],
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
