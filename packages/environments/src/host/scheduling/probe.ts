import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { entryFile } from '../entry-file.ts';

/** Measures how long the host keeps a ready thread waiting, whatever the framework's own event loop is doing. */
export interface SchedulingProbe {
  /** The longest wait since the last reading, in whole milliseconds. */
  read(): number;
  stop(): Promise<void>;
}

/** How often it asks to be woken: shorter starvation than this goes unseen, and costs no bound that is kept here. */
const everyMs = 20;

/** Starts the probe in a thread of its own, and resolves once it runs. */
export async function startSchedulingProbe(): Promise<SchedulingProbe> {
  const longestMs = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(entryFile('host/scheduling/probe-worker.js'), {
    workerData: { longestMs, everyMs },
    // Flags of ours, such as --input-type, are not meant for it.
    execArgv: [],
  });
  await once(worker, 'online');
  worker.unref();
  return {
    read: () => Atomics.exchange(longestMs, 0, 0),
    async stop() {
      await worker.terminate();
    },
  };
}
