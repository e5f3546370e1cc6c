import { entryFile } from '../entry-file.ts';
import { type SpawnedProcess, spawnProcess } from '../spawned-process.ts';
import { goodbye, type WatchdogOrders } from './orders.ts';

/** A process that outlives the framework and undoes what it leaves. */
export interface Watchdog {
  readonly process: SpawnedProcess;
  /** Resolves once it watches. @throws when it ended instead. What happens before is caught too: the pipe is open. */
  readonly watching: Promise<void>;
  /** Sends it away: everything is undone. Resolves once it has ended. Idempotent. */
  dismiss(): Promise<void>;
}

/** Starts a watchdog. Has to come before the first process that it is to end. */
export async function startWatchdog(orders: WatchdogOrders): Promise<Watchdog> {
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
    async dismiss() {
      child.ref();
      child.stdin?.end(goodbye);
      await exited;
    },
  };
}
