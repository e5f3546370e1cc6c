import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterNode } from '@qflow/chaos';
import { measuredCluster } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';

const rounds = 10;

/** From the harm of the leader to the end of the first write that was begun after it, at a node that lives. */
async function untilWritten(cluster: Cluster, harm: (leader: ClusterNode) => Promise<void>): Promise<number> {
  // A leader is harmed at work: without requests nobody leads anything.
  let writing = true;
  const load = (async () => {
    const clients = cluster.nodes.map((node) => cluster.client(node));
    for (let sequence = 0; writing; sequence++) {
      void clients[sequence % clients.length]!.apply({ f: 'write', key: 'load', value: `l${sequence}` }, 4_000);
      await sleep(20);
    }
    await sleep(4_100);
    for (const client of clients) client.close();
  })();
  await sleep(1_000);
  const [observed] = await cluster.observe(1_000);
  const leader = cluster.nodes.find(({ name }) => name === observed!.leader)!;
  const other = cluster.nodes.find((node) => node !== leader)!;
  const client = cluster.client(other);

  const startMs = performance.now();
  await harm(leader);
  const outcome = await client.apply({ f: 'write', key: 'after', value: `a${startMs}` }, 10_000);
  const tookMs = performance.now() - startMs;
  client.close();
  writing = false;
  await load;
  if (outcome.type !== 'ok') throw new Error(`The write after the harm ended in ${outcome.type}: ${outcome.error}`);
  return tookMs;
}

/** How long a cluster of four is without service when its leader is killed, and when it is stopped. */
export async function failover(): Promise<Figure[]> {
  const killed: number[] = [];
  const stopped: number[] = [];
  await using measured = await measuredCluster(4);
  const { cluster } = measured;
  const control = cluster.processes!;
  for (let round = 0; round < rounds; round++) {
    let victim: ClusterNode | undefined;
    killed.push(
      await untilWritten(cluster, async (leader) => {
        victim = leader;
        await control.kill(leader);
      }),
    );
    await control.start(victim!);
    await caughtUp(cluster);
    stopped.push(
      await untilWritten(cluster, async (leader) => {
        victim = leader;
        await control.pause(leader);
      }),
    );
    await control.resume(victim!);
    await caughtUp(cluster);
  }
  return [figure('killed', killed, 500), figure('stopped (SIGSTOP)', stopped, 2_000)];
}

async function caughtUp(cluster: Cluster): Promise<void> {
  for (;;) {
    const heights = (await cluster.observe(1_000)).map(({ height }) => height);
    if (heights.every((height) => height !== undefined && height === heights[0])) return;
    await sleep(100);
  }
}

function figure(how: string, samples: readonly number[], bound: number): Figure {
  return {
    what: `4 nodes, leader ${how}: until the next write is committed (slowest)`,
    measured: quantile(samples, 1),
    unit: 'ms',
    reach: { bound, side: 'at most' },
    samples: samples.length,
    note: `median ${quantile(samples, 0.5).toFixed(0)} ms`,
  };
}
