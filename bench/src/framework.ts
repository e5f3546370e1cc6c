import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from './cluster.ts';
import type { Figure } from './figure.ts';

const command = join(import.meta.dirname, '../../packages/cli/dist/main.js');
const cores = 2;

/** What the framework's own process takes of the machine during the quick set: its clients and checkers are in it. */
export async function framework(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'qflow-framework-'));
  try {
    const startMs = performance.now();
    const run = spawn(process.execPath, [command, 'run', '--quick', '--seed', '1', '--out', directory], {
      stdio: 'ignore',
    });
    let ended = false;
    const exit = once(run, 'exit').then(() => {
      ended = true;
    });
    let cpuMs = 0;
    while (!ended) {
      cpuMs = await usageOf(run.pid!).then(
        (usage) => usage.cpuMs,
        () => cpuMs,
      );
      await Promise.race([sleep(100), exit]);
    }
    const tookMs = performance.now() - startMs;
    return [
      {
        what: 'framework, with its clients and checkers, over the quick set',
        measured: (100 * cpuMs) / (tookMs * cores),
        unit: `% of ${cores} cores`,
        reach: { bound: 10, side: 'at most' },
        samples: 1,
        note: `${(cpuMs / 1_000).toFixed(1)} s of processor time in ${(tookMs / 1_000).toFixed(0)} s`,
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
