import { at, ChaosTestSuite, crash, experiment, memoryPlace, register, seconds, settingsSchema } from '@qflow/chaos';
import { agreement, linearizable, noLostWrites, recovered } from '@qflow/checkers';
import { expect, test } from 'vitest';
import { fakeEnvironment, fakeTarget } from './index.ts';

test('a whole experiment runs on virtual time and passes', async () => {
  const leaderFailure = experiment({
    name: 'nodes/leader-failure',
    question: 'Does a leader take acknowledged writes with it when it crashes?',
    expectation: 'Another node leads soon, and every acknowledged write is still there.',
    cluster: { nodes: 7 },
    workload: register({ keys: 3, ratePerSecond: 50 }),
    timeline: [at(seconds(1), crash({ nodes: 'leader' }), { lastsMs: seconds(2) })],
    harmMs: seconds(4),
    recovery: { withinMs: seconds(10) },
    checks: [linearizable(), agreement(), noLostWrites(), recovered({ withinMs: 1_000 })],
  });
  const suite = new ChaosTestSuite({
    catalogue: [leaderFailure],
    names: [],
    environment: fakeEnvironment(),
    target: fakeTarget,
    settings: settingsSchema.parse({}),
    seed: 1,
    runId: 'r1',
    version: '0.1.0',
    place: memoryPlace(),
    reporters: [],
  });

  const results = await suite.run();

  expect(results.exitCode).toBe(0);
});
