import { openSyncedLines } from '../synced-lines.ts';
import { goodbye, ready, type WatchdogOrders } from './orders.ts';
import { reap } from './reap.ts';

// Started by the framework before any node, in a session of its own, with a pipe on standard input. When the pipe
// closes without a goodbye the framework is dead, and whatever it left is undone here.

const orders = JSON.parse(process.argv[2] ?? 'null') as WatchdogOrders;

// Meant for the framework, which heals on its own; the pipe tells when it could not.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => undefined);
}

let heard = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  heard = (heard + text).slice(-goodbye.length);
});
process.stdin.on('error', () => undefined);
process.stdin.on('close', async () => {
  if (heard === goodbye) {
    return;
  }
  const report = await openSyncedLines(orders.report);
  const at = () => new Date().toISOString();
  await report.append({ at: at(), did: 'noticed that the framework is gone', mark: orders.mark });
  await reap(orders, (reaped) => report.append({ at: at(), ...reaped }));
  await report.append({ at: at(), did: 'finished' });
  await report.close();
});

process.stdout.on('error', () => undefined);
process.stdout.write(ready);
