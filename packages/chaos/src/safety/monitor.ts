import type { Cluster } from '../cluster/cluster.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { bounded, messageOf } from '../run/bounded.ts';
import type { HostWatch } from '../run/host-watch.ts';
import type { Tally } from '../workloads/tally.ts';
import type { StopCondition } from './stop-condition.ts';

/** A stop condition tripped, or could not be judged. */
export class StoppedForSafety extends Error {
  override readonly name = 'StoppedForSafety';
  readonly condition: StopCondition;

  constructor(condition: StopCondition, message: string) {
    super(message);
    this.condition = condition;
  }
}

export interface MonitorOptions {
  readonly cluster: Cluster;
  readonly experiment: Pick<Experiment, 'beyondTolerance'>;
  readonly conditions: readonly StopCondition[];
  readonly tally: Tally;
  readonly host: HostWatch;
  readonly harmMs: number;
  readonly pollMs?: number;
  /** Called once, when a condition trips. */
  onStop(reason: StoppedForSafety): void;
}

/** Watches the stop conditions while harm is on, until `signal`. One that cannot be judged stops the run too: it fails closed. */
export async function monitor(options: MonitorOptions, signal: AbortSignal): Promise<void> {
  const { cluster, conditions, pollMs = 200 } = options;
  const startMs = cluster.clock.nowNs() / 1e6;
  const violatedSince = new Map<StopCondition, number>();

  while (!signal.aborted) {
    try {
      await cluster.clock.sleep(pollMs, signal);
    } catch {
      return;
    }
    const nowMs = cluster.clock.nowNs() / 1e6;
    for (const condition of conditions) {
      let violation: string | null;
      try {
        violation = await bounded(cluster.clock, 5_000, `judging ${condition.stop}`, () =>
          judge(condition, options, startMs, nowMs),
        );
      } catch (thrown) {
        options.onStop(new StoppedForSafety(condition, `${condition.stop} could not be judged: ${messageOf(thrown)}`));
        return;
      }
      if (signal.aborted) return;
      if (violation === null) {
        violatedSince.delete(condition);
        continue;
      }
      const since = violatedSince.get(condition) ?? nowMs;
      violatedSince.set(condition, since);
      const patienceMs = 'forMs' in condition ? condition.forMs : 0;
      if (nowMs - since >= patienceMs) {
        options.onStop(new StoppedForSafety(condition, violation));
        return;
      }
    }
  }
}

/** What is violated now, in words, or null. */
async function judge(
  condition: StopCondition,
  { cluster, experiment, tally, host, harmMs }: MonitorOptions,
  startMs: number,
  nowMs: number,
): Promise<string | null> {
  switch (condition.stop) {
    case 'availability-below': {
      const share = tally.share(Math.max(startMs, nowMs - condition.forMs), nowMs);
      if (share === null || share >= condition.floor) return null;
      return `${show(share)} of the operations were served, the floor is ${condition.floor}, for ${condition.forMs} ms`;
    }
    case 'quorum-lost': {
      const { processes, nodes, tolerance } = cluster;
      if (processes === undefined || experiment.beyondTolerance !== undefined) return null;
      const states = await Promise.all(nodes.map((node) => processes.state(node)));
      const down = nodes.filter((_, place) => states[place] !== 'running').map(({ name }) => name);
      if (down.length <= tolerance) return null;
      return `${down.join(', ')} do not run: ${down.length} of ${nodes.length}, and ${tolerance} are survivable`;
    }
    case 'host-starved': {
      const starvedMs = await host.read();
      if (starvedMs <= condition.overMs) return null;
      return `this machine did not run the framework for ${Math.round(starvedMs)} ms, allowed are ${condition.overMs}`;
    }
    case 'uncared':
      return cluster.uncared?.() ?? null;
    case 'deadline': {
      const limitMs = condition.windows * harmMs;
      if (nowMs - startMs <= limitMs) return null;
      return `harm has lasted ${Math.round(nowMs - startMs)} ms, allowed are ${Math.round(limitMs)} (${condition.windows} windows)`;
    }
  }
}

const show = (share: number): string => `${(share * 100).toFixed(1)} %`;
