import { ChaosTestSuite, type ExperimentResult, memoryPlace, settingsSchema } from '@qflow/chaos';
import { type Flaws, fakeEnvironment, fakeTarget } from '@qflow/testkit';
import { describe, expect, test } from 'vitest';
import { experimentCatalogue } from '../index.ts';

async function run(name: string, flaws: Flaws = {}): Promise<ExperimentResult> {
  const suite = new ChaosTestSuite({
    catalogue: experimentCatalogue,
    names: [name],
    environment: fakeEnvironment(flaws),
    target: fakeTarget,
    settings: settingsSchema.parse({}),
    seed: 1,
    runId: 'test',
    version: '0.1.0',
    place: memoryPlace(),
    reporters: [],
  });
  const results = await suite.run();
  return results.nodeFailure.details[0]!;
}

describe.each(experimentCatalogue.map(({ name }) => name))('%s', (name) => {
  test('passes on a system that keeps its promises, within fifteen seconds of its own time', async () => {
    const result = await run(name);

    expect(result).toMatchObject({ verdict: 'pass' });
    expect(result.durationMs).toBeLessThan(15_000);
  });

  test('fails on a system that forgets a write that it acknowledged', async () => {
    expect(await run(name, { losesWrites: true })).toMatchObject({ verdict: 'fail' });
  });

  test('fails on a system that never catches up', async () => {
    expect(await run(name, { neverCatchesUp: true })).toMatchObject({ verdict: 'fail' });
  });

  test('is inconclusive when the harm did nothing', async () => {
    expect(await run(name, { killDoesNothing: true, neverReachesEvents: true })).toMatchObject({
      verdict: 'inconclusive',
    });
  });
});

test('nodes/leader-failure fails on a system that no other node leads', async () => {
  const result = await run('nodes/leader-failure', { neverFailsOver: true });

  expect(result).toMatchObject({ verdict: 'fail' });
});

test('nodes/recovery-and-rejoin fails on a system that starts over a damaged log', async () => {
  const result = await run('nodes/recovery-and-rejoin', { acceptsDamage: true });

  expect(result).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('refuses-damage') });
});
