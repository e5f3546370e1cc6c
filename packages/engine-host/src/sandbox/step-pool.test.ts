import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AttestableOutcome, Json, StepOrder, StepRun, Unfinished } from '@qflow/ports';
import { createSandbox, prepareEngine } from '@qflow/sandbox';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readMeteredEngine } from './metered-engine.ts';
import { createStepPool, type StepPool, type StepPoolSettings } from './step-pool.ts';

type Answer = AttestableOutcome | Unfinished;

const folder = mkdtempSync(join(tmpdir(), 'step-pool-'));
const workerFile = join(folder, 'worker.cjs');

const meteredEngine = readMeteredEngine();

beforeAll(async () => {
  // As the product bundles it: one CommonJS file.
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['source'],
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

const events: { readonly event: string; readonly value: Json }[] = [];
const pools: StepPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  events.length = 0;
});

function poolOf(changes: Partial<StepPoolSettings> = {}): StepPool {
  const pool = createStepPool({
    workerFile,
    meteredEngine,
    workers: 1,
    runningPerOwner: 1,
    waitingPerOwner: 100,
    waiting: 100,
    trace: { emit: (event, value) => events.push({ event, value }) },
    ...changes,
  });
  pools.push(pool);
  return pool;
}

const stepOf = (source: string, changes: Partial<StepRun> = {}): StepRun => ({
  code: { kind: 'javascript', source },
  input: null,
  execution: 'execution-1',
  step: 'first',
  calendarMs: 1_700_000_000_000,
  limits: { memoryBytes: 16 * 1024 * 1024, fuel: 50_000_000, outputBytes: 1024, stackBytes: 128 * 1024 },
  ...changes,
});

/** Runs for ever, as far as the count is concerned. */
const endless = stepOf('while (true) {}', {
  limits: { ...stepOf('').limits, fuel: Number.MAX_SAFE_INTEGER },
});

const submit = (pool: StepPool, run: StepRun, changes: Partial<StepOrder> = {}): Promise<Answer> =>
  new Promise((resolve) => pool.submit({ run, owner: 'flow-1', deadlineMs: 30_000, ...changes }, resolve));

const outputOf = (answer: Answer): unknown => (answer.outcome === 'completed' ? answer.output : answer);

describe('the pool of workers', () => {
  test('answers with what the sandbox itself says, byte for byte', async () => {
    const sandbox = createSandbox(prepareEngine(meteredEngine));
    const pool = poolOf({ workers: 2, runningPerOwner: 2 });
    const runs = [
      stepOf('return { output: [Math.random(), Date.now()], effects: [{ a: input }] }', { input: { b: ['ä'] } }),
      stepOf('throw new Error("no")'),
      stepOf('while (true) {}'),
      stepOf('const f = () => f() + 1; f()'),
    ];

    const answers = await Promise.all([...runs, ...runs].map((run) => submit(pool, run)));
    const expected = runs.map((run) => sandbox.run(run));
    expect(answers).toEqual([...expected, ...expected]);
  });

  test("keeps the machine's stack out of the way of the count", async () => {
    const pool = poolOf();
    for (const source of [
      'eval("(".repeat(1e5))',
      'let a = []; for (let i = 0; i < 1e4; i += 1) a = [a]; a.flat(1 / 0)',
    ]) {
      const limits = { ...stepOf('').limits, fuel: 1_000_000_000, stackBytes: 1e9 };
      expect((await submit(pool, stepOf(source, { limits }))).outcome).not.toBe('host-error');
    }
  });

  test('never answers before submit has returned', async () => {
    const pool = poolOf({ waiting: 0 });
    let returned = false;
    const answered = new Promise<boolean>((resolve) => {
      pool.submit({ run: stepOf(''), owner: 'flow-1', deadlineMs: 1000 }, () => resolve(returned));
    });
    returned = true;
    expect(await answered).toBe(true);
  });

  test('ends a step that overruns twice its deadline, and runs the next one in a new thread', async () => {
    const pool = poolOf();
    const [overrun, next] = await Promise.all([
      submit(pool, endless, { deadlineMs: 50 }),
      submit(pool, stepOf('return { output: "next" }')),
    ]);

    expect(overrun).toEqual({ outcome: 'deadline', message: expect.stringContaining('100 ms') });
    expect(outputOf(next)).toBe('next');
    expect(events.map(({ event }) => event)).toEqual(['step-ended', 'step-worker-lost']);
    expect(events[0]?.value).toMatchObject({ execution: 'execution-1', step: 'first', owner: 'flow-1' });
  });
});

describe('the bulkhead', () => {
  test('lets one owner hold no more than its part, while others go on', async () => {
    const pool = poolOf({ workers: 2, runningPerOwner: 1 });
    // Neither ends within this test: without the bulkhead no worker would be left for the others.
    void submit(pool, endless, { deadlineMs: 600_000 });
    void submit(pool, endless, { deadlineMs: 600_000 });

    const others = await Promise.all(
      ['a', 'b', 'c'].map((owner) => submit(pool, stepOf('return { output: 1 }'), { owner })),
    );

    expect(others.map(outputOf)).toEqual([1, 1, 1]);
  });

  test('refuses what would wait too long: of one owner, and of all', async () => {
    const pool = poolOf({ waitingPerOwner: 2, waiting: 3 });
    const step = stepOf('return { output: 1 }');
    const answers = await Promise.all(['a', 'a', 'a', 'b', 'c'].map((owner) => submit(pool, step, { owner })));

    expect(answers.map(({ outcome }) => outcome)).toEqual(['completed', 'completed', 'busy', 'completed', 'busy']);
    expect(answers[2]).toMatchObject({ message: expect.stringContaining('2 steps of a wait already') });
    expect(answers[4]).toMatchObject({ message: expect.stringContaining('3 steps wait already') });
    expect(events.map(({ event }) => event)).toEqual(['step-shed', 'step-shed']);
    // What was refused may be asked for again.
    expect(outputOf(await submit(pool, step, { owner: 'c' }))).toBe(1);
  });
});

describe('a worker thread that fails', () => {
  const fileWith = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const ready = "const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ kind: 'ready' });";

  test('while it runs a step: the step attests nothing, and the next one gets a new thread', async () => {
    const pool = poolOf({
      workerFile: fileWith('exits.cjs', `${ready} parentPort.on('message', () => process.exit());`),
    });

    for (const _ of [1, 2]) {
      expect(await submit(pool, stepOf(''))).toEqual({
        outcome: 'host-error',
        message: expect.stringContaining('ended'),
      });
    }
  });

  test('with a full heap: it does not take the process along', async () => {
    const fills = `${ready} parentPort.on('message', () => { const all = []; while (true) all.push(new Array(1e5).fill({})); });`;
    const pool = poolOf({ workerFile: fileWith('fills.cjs', fills) });

    expect(await submit(pool, stepOf(''))).toEqual({
      outcome: 'host-error',
      message: expect.stringContaining('memory'),
    });
  });

  test('before it is ready: whoever waits is told, instead of starting it for ever', async () => {
    const pool = poolOf({ workerFile: fileWith('throws.cjs', "throw new Error('no such engine')") });
    const answers = await Promise.all([submit(pool, stepOf('')), submit(pool, stepOf(''))]);

    expect(answers).toEqual(
      [1, 2].map(() => ({ outcome: 'host-error', message: expect.stringContaining('no such engine') })),
    );
  });
});

describe('closing the pool', () => {
  test('answers everything that runs or waits, and whatever comes later', async () => {
    const pool = poolOf({ workers: 2 });
    const running = submit(pool, endless);
    const waiting = submit(pool, stepOf(''));
    // It was submitted later, so the first one has begun by now.
    await submit(pool, stepOf(''), { owner: 'flow-2' });
    await pool.close();

    for (const answer of [await running, await waiting, await submit(pool, stepOf(''))]) {
      expect(answer.outcome).toBe('host-error');
    }
  });
});
