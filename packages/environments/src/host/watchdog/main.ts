import { readRunRecords, removeRunRecord } from '../run-records.ts';
import { openSyncedLines, type SyncedLines } from '../synced-lines.ts';
import { undoProcess } from '../undo-executors.ts';
import { goodbye, ready, tookOver, type WatchdogOrders } from './orders.ts';
import { followHarm, type Overdue } from './overdue.ts';
import { reap } from './reap.ts';

// Started by the framework before any node, in a session of its own, with a pipe on standard input. When the pipe
// closes without a goodbye, or nothing comes through it for the length of the lease, the framework is lost, and whatever
// it left is undone here. So is a single harm that outlasts its greatest duration.

const orders = JSON.parse(process.argv[2] ?? 'null') as WatchdogOrders;
const { leaseMs } = orders;
const tickMs = Math.min(1_000, leaseMs / 10);

// Meant for the framework, which heals on its own; the pipe tells when it could not.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => undefined);
}

let opening: Promise<SyncedLines> | undefined;
async function report(said: object): Promise<void> {
  opening ??= openSyncedLines(orders.report);
  await (await opening).append({ at: new Date().toISOString(), ...said });
}

let isOver = false;
async function takeOver(why: string): Promise<void> {
  if (isOver) {
    return;
  }
  isOver = true;
  clearInterval(ticking);
  await report({ did: tookOver, why, mark: orders.mark });
  const left = await reap({ marks: [orders.mark], journals: orders.journals }, report);
  if (left.length === 0 && orders.state !== undefined) {
    const own = readRunRecords(orders.state).filter(({ record }) => record?.mark === orders.mark);
    await Promise.all(own.map(({ path }) => removeRunRecord(path)));
  }
  await report({ did: 'finished', left });
  process.exit();
}

async function enforce({ undo, kind, notAfterMs }: Overdue): Promise<void> {
  const why = `${kind} was due within ${notAfterMs} ms`;
  if (undo === null) {
    // Only the framework could, and it did not: it is not to be trusted with the rest either.
    await takeOver(why);
    return;
  }
  try {
    await undoProcess(undo);
    await report({ did: undo.undo, process: undo.process, why });
  } catch (error) {
    await report({ did: undo.undo, process: undo.process, why, failed: (error as Error).message });
  }
}

let heard = '';
let silentMs = 0;
let tickedAtMs = performance.now();
const overdueAt = followHarm(orders.journals);

const ticking = setInterval(() => {
  const nowMs = performance.now();
  // A watchdog that was stopped itself has not listened meanwhile, so that time says nothing about the framework.
  silentMs += Math.min(nowMs - tickedAtMs, 2 * tickMs);
  tickedAtMs = nowMs;
  if (silentMs > leaseMs) {
    void takeOver(`the framework said nothing for ${leaseMs} ms`);
    return;
  }
  for (const overdue of overdueAt(nowMs)) {
    void enforce(overdue);
  }
}, tickMs);

process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  silentMs = 0;
  heard = (heard + text).slice(-goodbye.length);
});
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => {
  if (heard === goodbye && !isOver) {
    process.exit();
  }
  void takeOver('the framework is gone');
});

process.stdout.on('error', () => undefined);
process.stdout.write(ready);
