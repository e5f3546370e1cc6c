import { entryFile } from '../entry-file.ts';
import { type SpawnedProcess, spawnProcess } from '../spawned-process.ts';
import { readLines } from '../synced-lines.ts';
import { goodbye, renewal, tookOver, type WatchdogOrders } from './orders.ts';

/** A process that outlives the framework and undoes what it leaves. */
export interface Watchdog {
  readonly process: SpawnedProcess;
  /** Resolves once it watches. @throws when it ended instead. What happens before is caught too: the pipe is open. */
  readonly watching: Promise<void>;
  /** Why nobody would undo what is done from now on, or null. A process that is there before it is asked is cared for. */
  lost(): string | null;
  /** Sends it away: everything is undone. Resolves once it has ended. Idempotent. */
  dismiss(): Promise<void>;
}

/** Several seconds without a turn of its event loop: a framework that is merely starved of processor time stays well. */
const defaultLeaseMs = 10_000;

/** Starts a watchdog. Has to come before the first process that it is to end. */
export async function startWatchdog(
  given: Omit<WatchdogOrders, 'leaseMs'> & Partial<Pick<WatchdogOrders, 'leaseMs'>>,
): Promise<Watchdog> {
  const orders: WatchdogOrders = { leaseMs: defaultLeaseMs, ...given };
  const spawned = await spawnProcess({
    executable: process.execPath,
    arguments: [entryFile('host/watchdog/main.js'), JSON.stringify(orders)],
    environment: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const { child, exited } = spawned;
  child.stdin?.on('error', () => undefined);
  // The framework may end without it: the closing pipe is the sign that it waits for.
  child.unref();

  const renewing = setInterval(() => child.stdin?.write(renewal), orders.leaseMs / 5);
  renewing.unref();
  let isDismissed = false;
  let hasEnded = false;
  void exited.then(() => {
    hasEnded = true;
    clearInterval(renewing);
  });

  const watching = new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => {
      child.stdout?.destroy();
      resolve();
    });
    void exited.then(({ exitCode, signal }) =>
      reject(new Error(`The watchdog ended at once (${signal ?? `exit code ${exitCode}`}); is the package built?`)),
    );
  });
  watching.catch(() => undefined);

  return {
    process: spawned,
    watching,

    lost() {
      // The report first: a watchdog that undoes everything ends soon, and its reason says more than its end.
      const taken = readLines(orders.report).values.find((line) => (line as { did?: unknown }).did === tookOver);
      if (taken !== undefined) {
        return `the watchdog has undone everything: ${(taken as { why?: unknown }).why}`;
      }
      return hasEnded && !isDismissed ? 'the watchdog has ended' : null;
    },

    async dismiss() {
      isDismissed = true;
      clearInterval(renewing);
      child.ref();
      child.stdin?.end(goodbye);
      await exited;
    },
  };
}
