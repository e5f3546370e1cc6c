import { setTimeout as sleep } from 'node:timers/promises';
import { measuredCluster, usageOf } from './cluster.ts';
import { type Figure, quantile } from './figure.ts';

const idleMs = 5_000;

/** From nothing to ready; then memory and processor time of nodes that nobody asks anything. */
export async function start(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { size, withinMs } of [
    { size: 4, withinMs: 2_000 },
    { size: 7, withinMs: 3_500 },
  ]) {
    const readyMs: number[] = [];
    const residentMb: number[] = [];
    const idleShare: number[] = [];
    for (let round = 0; round < 5; round++) {
      await using measured = await measuredCluster(size);
      readyMs.push(measured.readyMs);
      if (round > 0) continue;

      const { nodes, processes } = measured.cluster;
      const pids = nodes.map((node) => processes!.identityOf(node).pid);
      await sleep(2_000);
      const before = await Promise.all(pids.map(usageOf));
      await sleep(idleMs);
      const after = await Promise.all(pids.map(usageOf));
      after.forEach(({ cpuMs, residentMb: resident }, index) => {
        idleShare.push((100 * (cpuMs - before[index]!.cpuMs)) / idleMs);
        residentMb.push(resident);
      });
    }
    figures.push(
      {
        what: `${size} nodes, from nothing to ready (median)`,
        measured: quantile(readyMs, 0.5),
        unit: 'ms',
        reach: { bound: withinMs, side: 'at most' },
        samples: readyMs.length,
        note: `slowest ${quantile(readyMs, 1).toFixed(0)} ms`,
      },
      {
        what: `${size} nodes, resident memory of a node (median)`,
        measured: quantile(residentMb, 0.5),
        unit: 'MB',
        samples: residentMb.length,
      },
      {
        what: `${size} nodes, idle processor time of a node (median)`,
        measured: Math.max(quantile(idleShare, 0.5), 0.01),
        unit: '% of a core',
        reach: { bound: 2, side: 'at most' },
        samples: idleShare.length,
        note: `busiest ${quantile(idleShare, 1).toFixed(1)} %, over ${idleMs} ms`,
      },
    );
  }
  return figures;
}
