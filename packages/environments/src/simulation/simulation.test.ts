import fc from 'fast-check';
import { expect, test } from 'vitest';
import { environmentCompliance } from '../compliance/environment-compliance.ts';
import { fakeTarget } from '../compliance/fake-target.ts';
import { liveHistory } from '../compliance/live-history.ts';
import { simulation } from './simulation.ts';

environmentCompliance('simulation', simulation, fakeTarget);

/** A run with some harm in it, drawn from the cluster's own randomness. */
async function run(seed: number): Promise<{ fingerprint: string; history: readonly unknown[] }> {
  const history = liveHistory();
  const cluster = await simulation().deploy({ target: fakeTarget(), size: 4, seed, runId: 'run', history });
  const clients = cluster.nodes.map((node) => cluster.client(node));
  const load = clients.map(async (client, place) => {
    for (let sequence = 0; sequence < 10; sequence += 1) {
      const { type } = await client.apply({ f: 'say', value: sequence }, 50);
      history.operation({ process: place, type, f: 'say', value: sequence });
      await cluster.clock.sleep(cluster.random.between(1, 20));
    }
  });
  for (let harm = 0; harm < 3; harm += 1) {
    const victim = cluster.nodes[cluster.random.between(0, 3)]!;
    await cluster.clock.sleep(cluster.random.between(1, 40));
    await cluster.processes!.kill(victim);
    await cluster.clock.sleep(30);
    await cluster.processes!.start(victim);
  }
  await Promise.all(load);
  await cluster.stop();
  return { fingerprint: cluster.fingerprint!(), history: history.events };
}

test('the same seed gives the same run, another seed another', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const [first, again, other] = [await run(seed), await run(seed), await run(seed + 1)];
      expect(again).toEqual(first);
      expect(other.fingerprint).not.toBe(first.fingerprint);
    }),
    { numRuns: 20 },
  );
});

test('time passes only while somebody waits for it', async () => {
  const cluster = await simulation().deploy({
    target: fakeTarget(),
    size: 4,
    seed: 1,
    runId: 'run',
    history: liveHistory(),
  });
  const before = cluster.clock.nowNs();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(cluster.clock.nowNs()).toBe(before);

  await cluster.clock.sleep(3_600_000);
  expect(cluster.clock.nowNs()).toBe(before + 3_600_000 * 1e6);
});

test('a sleep that is aborted ends with the reason, and holds up nothing', async () => {
  const cluster = await simulation().deploy({
    target: fakeTarget(),
    size: 4,
    seed: 1,
    runId: 'run',
    history: liveHistory(),
  });
  const aborting = new AbortController();
  const sleeping = cluster.clock.sleep(1_000, aborting.signal);
  aborting.abort(new Error('enough'));

  await expect(sleeping).rejects.toThrow('enough');
  await expect(cluster.clock.sleep(1_000, aborting.signal)).rejects.toThrow('enough');
  const before = cluster.clock.nowNs();
  await cluster.clock.sleep(10);
  expect(cluster.clock.nowNs()).toBe(before + 10e6);
});
