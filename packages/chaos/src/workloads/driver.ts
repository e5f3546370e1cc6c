import type { Random } from '@qflow/ports';
import type { RunClock } from '../cluster/cluster.ts';
import { MISMATCH, type Outcome } from './client.ts';
import type { LogicalProcesses } from './logical-processes.ts';
import { Tally } from './tally.ts';
import type { Workload } from './workload.ts';

/** The most operations open at once by default; what falls due beyond is shed, and counts as not served. */
const MOST_OPEN = 512;

/** The system answered, be it that an expectation did not hold. */
export const isServed = (outcome: Pick<Outcome, 'type'> & { readonly error?: string }): boolean =>
  outcome.type === 'ok' || (outcome.type === 'fail' && outcome.error === MISMATCH);

/** A workload that is running. */
export interface Load {
  readonly tally: Tally;
  /** Aborted once nothing more is asked for. */
  readonly ended: AbortSignal;
  /** Asks for nothing more, and resolves when every open operation has ended. */
  stop(): Promise<void>;
}

/**
 * Starts an open loop: operation k falls due at start + k ÷ rate, whatever became of those before it. One that is late is
 * sent at once, and its latency counts from when it was due (after "coordinated omission", Gil Tene).
 */
export function startLoad(
  workload: Workload,
  processes: LogicalProcesses,
  clock: RunClock,
  random: Random,
  mostOpen = MOST_OPEN,
): Load {
  const tally = new Tally();
  const stopped = new AbortController();
  const operationOf = workload.begin(random);
  const everyNs = 1e9 / workload.ratePerSecond;
  const startNs = clock.nowNs();
  const open = new Set<Promise<void>>();

  const send = (sequence: number, dueNs: number): void => {
    const operation = operationOf(sequence);
    tally.due(dueNs / 1e6);
    if (processes.openOperations >= mostOpen) {
      processes.shed(operation, dueNs);
      tally.ended(dueNs / 1e6, false, clock.nowNs() / 1e6);
      return;
    }
    const ended = processes.apply(operation, workload.timeoutMs, dueNs).then((outcome) => {
      tally.ended(dueNs / 1e6, isServed(outcome), clock.nowNs() / 1e6);
      open.delete(ended);
    });
    open.add(ended);
  };

  const loop = async (): Promise<void> => {
    for (let sequence = 0; !stopped.signal.aborted; sequence++) {
      const dueNs = Math.round(startNs + sequence * everyNs);
      const earlyMs = (dueNs - clock.nowNs()) / 1e6;
      if (earlyMs > 0) {
        try {
          await clock.sleep(earlyMs, stopped.signal);
        } catch {
          return;
        }
      }
      send(sequence, dueNs);
    }
  };
  const looping = loop();

  return {
    tally,
    ended: stopped.signal,
    async stop() {
      stopped.abort();
      await looping;
      await Promise.all(open);
    },
  };
}
