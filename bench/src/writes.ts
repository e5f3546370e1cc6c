import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Cluster } from '@qflow/chaos';
import { measuredCluster, usageOf } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';

const warmUpMs = 5_000;
const measuredMs = 8_000;

interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly done: number;
  readonly clientCpuShare: number;
}

/** Open loop: each write falls due at its time, and its latency counts from then. */
async function writes(cluster: Cluster, ratePerSecond: number, nodes = cluster.nodes): Promise<Load> {
  const free: Client[] = nodes.map((node) => cluster.client(node));
  let made = free.length;
  const latencies: number[] = [];
  let failed = 0;
  const open = new Set<Promise<void>>();
  const startMs = performance.now();
  const totalMs = warmUpMs + measuredMs;
  const cpu = process.cpuUsage();

  for (let sequence = 0; ; sequence++) {
    const dueMs = startMs + (sequence * 1_000) / ratePerSecond;
    if (dueMs - startMs >= totalMs) break;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 1) await sleep(earlyMs);
    let client = free.shift();
    if (client === undefined) {
      client = cluster.client(nodes[made % nodes.length]!);
      made += 1;
    }
    const using = client;
    const write = { f: 'write', key: `r${sequence % 20}`, value: `v${sequence}` };
    const ended = using.apply(write, 5_000).then((outcome) => {
      open.delete(ended);
      free.push(using);
      if (dueMs - startMs < warmUpMs) return;
      if (outcome.type === 'ok') latencies.push(performance.now() - dueMs);
      else failed += 1;
    });
    open.add(ended);
  }
  await Promise.all(open);
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  for (const client of free) client.close();
  return {
    perSecond: latencies.length / ((tookMs - warmUpMs) / 1_000),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    failed,
    done: latencies.length,
    clientCpuShare: (user + system) / 1_000 / tookMs,
  };
}

/** What clusters carry at the rate that is asked of them, and how long a write takes at it. */
export async function registerWrites(): Promise<Figure[]> {
  const figures: Figure[] = [];
  {
    await using measured = await measuredCluster(4);
    const pids = measured.cluster.nodes.map((node) => measured.cluster.processes!.identityOf(node).pid);
    const before = await Promise.all(pids.map(usageOf));
    const load = await writes(measured.cluster, 410);
    const after = await Promise.all(pids.map(usageOf));
    const nodesMs = after.reduce((sum, { cpuMs }, index) => sum + cpuMs - before[index]!.cpuMs, 0);
    figures.push(
      throughput('4 nodes', load, 400),
      latency('4 nodes', 'p50', load.p50Ms, 60, load),
      latency('4 nodes', 'p99', load.p99Ms, 250, load),
      {
        what: '4 nodes, processor time of all nodes',
        measured: nodesMs / (warmUpMs + measuredMs),
        unit: 'cores',
        samples: 1,
        note: `clients ${load.clientCpuShare.toFixed(2)} cores`,
      },
    );
  }
  {
    await using measured = await measuredCluster(7);
    const whole = await writes(measured.cluster, 155);
    figures.push(throughput('7 nodes', whole, 150), latency('7 nodes', 'p99', whole.p99Ms, undefined, whole));

    const { nodes, processes } = measured.cluster;
    await Promise.all(nodes.slice(5).map((node) => processes!.kill(node)));
    const halved = await writes(measured.cluster, 80, nodes.slice(0, 5));
    figures.push(
      throughput('7 nodes, 2 of them dead', halved, 75),
      latency('7 nodes, 2 of them dead', 'p99', halved.p99Ms, undefined, halved),
    );
  }
  return figures;
}

function throughput(what: string, load: Load, bound: number): Figure {
  const note = `${load.failed} failed`;
  return {
    what: `${what}, register writes`,
    measured: load.perSecond,
    unit: 'a second',
    reach: { bound, side: 'at least' },
    samples: load.done,
    note,
  };
}

function latency(what: string, which: string, value: number, bound: number | undefined, load: Load): Figure {
  return {
    what: `${what}, ${which} from when the write was due`,
    measured: value,
    unit: 'ms',
    ...(bound === undefined ? {} : { reach: { bound, side: 'at most' as const } }),
    samples: load.done,
  };
}
