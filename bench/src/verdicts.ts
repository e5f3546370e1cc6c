import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChaosTestResults, resultSchema } from '@qflow/chaos';
import type { Figure } from './figure.ts';

const command = join(import.meta.dirname, '../../packages/cli/dist/main.js');
const runs = 30;
const besideBusy = 10;

/** Verdicts on an engine that is sound: each `fail` is false. Some runs have two processes beside that never rest. */
export async function verdicts(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, count, busy } of [
    { what: 'quick set', count: runs - besideBusy, busy: 0 },
    { what: 'quick set, two busy processes beside', count: besideBusy, busy: 2 },
  ]) {
    const beside = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;) {}']));
    const counted = { pass: 0, fail: 0, inconclusive: 0, aborted: 0, 'not-runnable': 0 };
    try {
      for (let run = 1; run <= count; run++) {
        const result = await quickSet(run);
        for (const { id, verdict, reason } of result.nodeFailure.details) {
          counted[verdict] += 1;
          if (verdict !== 'pass') console.error(`${what}, run ${run}: ${verdict} ${id}: ${reason}`);
        }
      }
    } finally {
      await Promise.all(beside.map(end));
    }
    const total = Object.values(counted).reduce((sum, each) => sum + each, 0);
    figures.push({
      what: `${what}: false verdicts in ${count} runs`,
      measured: counted.fail,
      unit: 'verdicts',
      reach: { bound: 0, side: 'at most' },
      samples: total,
      note: `${counted.pass} pass, ${counted.inconclusive} inconclusive, ${counted.aborted} aborted`,
    });
  }
  return figures;
}

async function quickSet(seed: number): Promise<ChaosTestResults> {
  const directory = await mkdtemp(join(tmpdir(), 'qflow-verdicts-'));
  try {
    const run = spawn(process.execPath, [command, 'run', '--quick', '--seed', `${seed}`, '--out', directory], {
      stdio: 'ignore',
    });
    await once(run, 'exit');
    return resultSchema.parse(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
