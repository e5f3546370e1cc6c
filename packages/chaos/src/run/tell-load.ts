import type { Load } from '../workloads/driver.ts';
import type { Stage } from './stage.ts';

const EVERY_MS = 500;

/** Says twice a second how the workload fares, until it ends. */
export async function tellLoad(stage: Stage, { tally, ended }: Load): Promise<void> {
  const { clock } = stage.cluster;
  let served = 0;
  let unserved = 0;
  for (;;) {
    try {
      await clock.sleep(EVERY_MS, ended);
    } catch {
      return;
    }
    const { phaseEndsAtMs } = stage;
    stage.onProgress({
      kind: 'load',
      id: stage.experiment.name,
      operationsPerSecond: ((tally.served - served) * 1_000) / EVERY_MS,
      failing: tally.unserved - unserved,
      leftMs: phaseEndsAtMs === null ? null : Math.max(0, phaseEndsAtMs - clock.nowNs() / 1e6),
    });
    served = tally.served;
    unserved = tally.unserved;
  }
}
