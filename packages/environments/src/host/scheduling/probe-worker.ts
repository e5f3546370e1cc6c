import { workerData } from 'node:worker_threads';

// A thread that does nothing but ask to be woken: how late it is woken says how starved the machine is.

const { longestMs, everyMs } = workerData as { longestMs: Int32Array; everyMs: number };

let dueMs = performance.now() + everyMs;
setInterval(() => {
  const now = performance.now();
  const lateMs = Math.floor(now - dueMs);
  if (lateMs > Atomics.load(longestMs, 0)) {
    Atomics.store(longestMs, 0, lateMs);
  }
  dueMs = now + everyMs;
}, everyMs);
