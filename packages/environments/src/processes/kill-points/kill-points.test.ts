import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryFile } from '../../host/entry-file.ts';
import { processesMarked } from '../../host/marked-processes.ts';
import { findLeftovers, recover } from '../../host/recovery.ts';
import { readRunRecords } from '../../host/run-records.ts';
import { signal } from '../../host/signals.ts';
import { spawnProcess } from '../../host/spawned-process.ts';
import { unfinishedIds } from '../../host/watchdog/reap.ts';
import { type Life, lives } from './life.ts';
import type { KillOrders, Lived } from './main.ts';

const undoneWithinMs = 30_000;
/** One file in place of dozens: it starts in half the time, and there are hundreds of starts. */
const framework = fileURLToPath(new URL('../../../dist/kill-points/framework.mjs', import.meta.url));
let place: string;
let made = 0;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'kill-points-'));
  const bundle = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const;
  await build({ ...bundle, entryPoints: [entryFile('processes/kill-points/main.js')], outfile: framework });
});
afterAll(() => rmSync(place, { recursive: true }));

interface Ended {
  readonly directory: string;
  readonly state: string;
  readonly mark: string;
  readonly signal: NodeJS.Signals | null;
  readonly lived: Lived | null;
}

/** Lives a life, to the end or to the step to die at. */
async function live(life: Life, killAt: number | null, withoutWatchdog: boolean): Promise<Ended> {
  made += 1;
  const directory = join(place, String(made));
  mkdirSync(directory);
  return run({ life, directory, state: join(directory, 'state'), killAt, withoutWatchdog });
}

async function run(orders: KillOrders): Promise<Ended> {
  const { life, directory, state } = orders;
  const { child, exited } = await spawnProcess({
    executable: process.execPath,
    arguments: [framework, JSON.stringify(orders)],
    environment: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error, exit] = await Promise.all([text(child.stdout!), text(child.stderr!), exited]);
  if (exit.signal === null && exit.exitCode !== 0) {
    throw new Error(`"${life?.name ?? 'recover'}" failed: ${error}`);
  }
  const lived = exit.signal === null ? (JSON.parse(out) as Lived) : null;
  return { directory, state, mark: `kill-points:${directory}`, signal: exit.signal, lived };
}

/** What of a life is still there: its processes, running or stopped, its watchdog, its record, its open entries. */
function residueOf({ directory, state, mark }: Ended): readonly string[] {
  const journals = ['processes.jsonl', 'undo.jsonl'].map((name) => join(directory, name));
  return [
    ...processesMarked(mark).map(({ pid }) => `process ${pid}`),
    ...pidsNaming(directory).map((pid) => `process ${pid}, which names the run`),
    ...readRunRecords(state).map(({ path }) => path),
    ...journals.filter((path) => existsSync(path)).flatMap((path) => unfinishedIds(path).map((id) => `${path}: ${id}`)),
  ];
}

/** Processes with this directory among their arguments: the watchdog carries no mark. */
function pidsNaming(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${directory}/`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function untilClean(ended: Ended, what: string): Promise<void> {
  const deadline = performance.now() + undoneWithinMs;
  for (;;) {
    const residue = residueOf(ended);
    if (residue.length === 0) {
      return;
    }
    if (performance.now() > deadline) {
      throw new Error(`${what} leaves ${residue.join(', ')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The numbers of the steps to die at. Where nobody acts meanwhile, those between which nothing was done are one. */
const killPoints = ({ steps }: Lived, withoutWatchdog: boolean): readonly number[] =>
  steps.flatMap(({ isNew }, place) => (isNew || !withoutWatchdog ? [place + 1] : []));

async function killEverywhere(withoutWatchdog: boolean, undo: (ended: Ended) => Promise<void>): Promise<void> {
  const planned: { readonly life: Life; readonly killAt: number; readonly step: string }[] = [];
  const counts: string[] = [];
  for (const life of lives()) {
    const ended = await live(life, null, false);
    await untilClean(ended, life.name);
    expect(ended.lived!.syncs, `syncs of "${life.name}"`).toBeLessThanOrEqual(2);
    const points = killPoints(ended.lived!, withoutWatchdog);
    counts.push(`${life.name} ${points.length}`);
    planned.push(...points.map((killAt) => ({ life, killAt, step: ended.lived!.steps[killAt - 1]!.name })));
  }

  let tried = 0;
  const waiting = planned.values();
  const worker = async (): Promise<void> => {
    for (const { life, killAt, step } of waiting) {
      const what = `SIGKILL ${step} (step ${killAt} of "${life.name}")`;
      const ended = await live(life, killAt, withoutWatchdog);
      expect(ended.signal, what).toBe('SIGKILL');
      tried += 1;
      if (withoutWatchdog && life.fault !== null) {
        // The nodes are there, and nobody ends them: a proof that leftovers are seen.
        expect(residueOf(ended), what).not.toEqual([]);
      }
      try {
        await undo(ended);
        await untilClean(ended, what);
      } finally {
        for (const identity of processesMarked(ended.mark)) {
          signal(identity, 'SIGKILL');
        }
      }
      rmSync(ended.directory, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));

  console.log(`${tried} kill points ${withoutWatchdog ? 'without' : 'with'} a watchdog: ${counts.join(', ')}`);
  expect(tried).toBe(planned.length);
  // Every kind in the catalogue has a life, and every life an injection, a proof and a healing, before and after.
  expect(planned.length).toBeGreaterThan(lives().length * 6);
}

test('a framework that is killed at any step of any fault leaves nothing: its watchdog undoes it', async () => {
  await killEverywhere(false, async () => undefined);
}, 600_000);

test('killed at any step, its watchdog first, it leaves nothing that recover does not undo', async () => {
  await killEverywhere(true, async ({ state }) => {
    for (const leftover of findLeftovers(state).leftovers) {
      expect((await recover(leftover)).left).toEqual([]);
    }
  });
}, 600_000);

test('killed in the middle of the undo, it leaves nothing that the next recover does not undo', async () => {
  const life = lives().find(({ isArmed }) => isArmed)!;
  const { lived } = await live(life, null, false);
  // One node is stopped, one runs, and nothing is undone.
  const stopped = lived!.steps.findIndex(({ name }) => name === 'after arming') + 1;

  let tried = 0;
  for (;;) {
    const left = await live(life, stopped, true);
    const recovering = await run({ ...left, life: null, killAt: tried + 1, withoutWatchdog: true });
    if (recovering.signal === null) {
      await untilClean(left, 'a whole recovery');
      break;
    }
    tried += 1;
    for (const leftover of findLeftovers(left.state).leftovers) {
      expect((await recover(leftover)).left).toEqual([]);
    }
    await untilClean(left, `SIGKILL at step ${tried} of a recovery, and another recovery`);
  }
  console.log(`${tried} kill points of a recovery`);
  // Two nodes are ended (the links end by themselves), two journals are written and synced, and the record is removed:
  // before and after each.
  expect(tried).toBeGreaterThanOrEqual(2 * (2 + 4 + 1));
}, 600_000);
