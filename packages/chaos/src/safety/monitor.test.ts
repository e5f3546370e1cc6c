import { fakeCluster, virtualClock } from '@qflow/testkit';
import { expect, test } from 'vitest';
import { recordHistory } from '../history/record.ts';
import { HostWatch } from '../run/host-watch.ts';
import { Tally } from '../workloads/tally.ts';
import { monitor, type StoppedForSafety } from './monitor.ts';
import type { StopCondition } from './stop-condition.ts';

/** Watches for five seconds while `meanwhile` happens; resolves with what stopped it and when. */
async function watch(
  conditions: readonly StopCondition[],
  meanwhile: (world: ReturnType<typeof worldOf>) => void = () => undefined,
  beyondTolerance?: { nodes: number; why: string },
) {
  const world = worldOf();
  const over = new AbortController();
  const stops: { reason: StoppedForSafety; atMs: number }[] = [];
  const watching = monitor(
    {
      cluster: world.cluster,
      experiment: beyondTolerance === undefined ? {} : { beyondTolerance },
      conditions,
      tally: world.tally,
      host: new HostWatch(world.cluster),
      harmMs: 1_000,
      onStop: (reason) => stops.push({ reason, atMs: world.clock.nowNs() / 1e6 }),
    },
    over.signal,
  );
  meanwhile(world);
  await world.clock.sleep(5_000);
  over.abort();
  await watching;
  return stops;
}

function worldOf() {
  const clock = virtualClock();
  const history = recordHistory();
  history.startClock(clock);
  return { clock, tally: new Tally(), cluster: fakeCluster({ size: 4, seed: 1, history }, clock) };
}

const quorumLost = { stop: 'quorum-lost', forMs: 1_000 } as const;
const killTwo = ({ cluster }: ReturnType<typeof worldOf>): void => {
  for (const node of cluster.nodes.slice(0, 2)) void cluster.processes!.kill(node);
};

test('stops once, after the quorum has been lost for the time allowed', async () => {
  const stops = await watch([quorumLost], killTwo);

  expect(stops).toHaveLength(1);
  expect(stops[0]).toMatchObject({ atMs: 1_200, reason: { message: expect.stringContaining('n1, n2 do not run') } });
});

test('lets a quorum be lost that was lost on purpose', async () => {
  expect(await watch([quorumLost], killTwo, { nodes: 2, why: 'to see it refuse' })).toEqual([]);
});

test('lets a quorum be lost for a shorter time', async () => {
  const stops = await watch([quorumLost], (world) => {
    killTwo(world);
    void world.clock.sleep(700).then(() => world.cluster.processes!.start(world.cluster.nodes[0]!));
  });

  expect(stops).toEqual([]);
});

test('stops when availability stays under the floor, and not while nothing falls due', async () => {
  const condition = { stop: 'availability-below', floor: 0.5, forMs: 1_000 } as const;

  expect(await watch([condition])).toEqual([]);
  expect(
    await watch([condition], ({ tally }) => {
      for (let atMs = 0; atMs < 5_000; atMs += 20) tally.due(atMs);
    }),
  ).toHaveLength(1);
});

test('stops at the deadline, which counts harm windows', async () => {
  expect(await watch([{ stop: 'deadline', windows: 2 }])).toMatchObject([{ atMs: 2_200 }]);
});

test('stops when a condition cannot be judged', async () => {
  const stops = await watch([quorumLost], ({ cluster }) => {
    Object.assign(cluster.processes!, { state: () => Promise.reject(new Error('no such file')) });
  });

  expect(stops).toMatchObject([{ reason: { message: 'quorum-lost could not be judged: no such file' } }]);
});
