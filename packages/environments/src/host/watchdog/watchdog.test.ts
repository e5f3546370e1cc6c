import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ProcessIdentity } from '@qflow/chaos';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { entryFile } from '../entry-file.ts';
import { stateOf } from '../identity.ts';
import { processesMarked } from '../marked-processes.ts';
import { signal, untilState } from '../signals.ts';
import { type SpawnedProcess, spawnProcess } from '../spawned-process.ts';
import { openSyncedLines, readLines } from '../synced-lines.ts';
import { followHarm } from './overdue.ts';
import { unfinishedIds } from './reap.ts';
import { startWatchdog } from './watchdog.ts';

const mark = `watchdog-test-${process.pid}`;
let directory: string;
let report: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watchdog-'));
  report = join(directory, 'watchdog.jsonl');
});

afterEach(() => {
  for (const identity of processesMarked(mark)) {
    signal(identity, 'SIGKILL');
  }
  rmSync(directory, { recursive: true });
});

/** Stands for the framework: starts a watchdog and three nodes that ignore its death, stops one, and says who all are. */
const framework = `
  const { startWatchdog } = await import(${JSON.stringify(entryFile('host/watchdog/watchdog.js'))});
  const { spawnProcess } = await import(${JSON.stringify(entryFile('host/spawned-process.js'))});
  const { openSyncedLines } = await import(${JSON.stringify(entryFile('host/synced-lines.js'))});
  const { signal, untilState } = await import(${JSON.stringify(entryFile('host/signals.js'))});
  const [mark, directory, leaseMs] = process.argv.slice(1);
  const journal = await openSyncedLines(directory + '/undo.jsonl');
  const watchdog = await startWatchdog({ mark, journals: [directory + '/undo.jsonl'], report: directory + '/watchdog.jsonl', leaseMs: Number(leaseMs) });
  const node = (mark) => spawnProcess({
    executable: process.execPath, arguments: ['-e', 'setInterval(() => {}, 1000)'], environment: {}, mark, stdio: 'ignore',
  });
  const [running, stopped, journalled] = [await node(mark), await node(mark), await node('x' + mark)];
  await journal.append({ entry: 'registered', id: 1, undo: { undo: 'processes.end', process: journalled.identity } });
  signal(stopped.identity, 'SIGSTOP');
  await untilState(stopped.identity, ['paused'], 5000);
  await watchdog.watching;
  const identities = [running, stopped, journalled].map(({ identity }) => identity);
  console.log(JSON.stringify({ watchdog: watchdog.process.identity, nodes: identities }));
  setInterval(() => {}, 1000);
`;

async function startFramework(leaseMs = 10_000): Promise<{
  framework: SpawnedProcess;
  watchdog: ProcessIdentity;
  nodes: ProcessIdentity[];
}> {
  const spawned = await spawnProcess({
    executable: process.execPath,
    arguments: ['--input-type=module', '-e', framework, mark, directory, String(leaseMs)],
    environment: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: spawned.child.stdout! })) {
    return { framework: spawned, ...JSON.parse(line) };
  }
  throw new Error('The framework said nothing');
}

test('when the framework is killed nothing of the run is left: running, stopped, or named by the journal alone', async () => {
  const { framework, watchdog, nodes } = await startFramework();
  expect(nodes.map(stateOf)).toEqual(['running', 'paused', 'running']);

  signal(framework.identity, 'SIGKILL');
  await untilState(watchdog, ['gone'], 10_000);

  expect(nodes.map(stateOf)).toEqual(['gone', 'gone', 'gone']);
  const { values } = readLines(report);
  expect(values).toHaveLength(5);
  expect(values.slice(1, 4)).toEqual(
    expect.arrayContaining(nodes.map((process) => ({ at: expect.any(String), did: 'processes.end', process }))),
  );
});

test('the watchdog outlives signals meant for the framework', async () => {
  const { framework, watchdog, nodes } = await startFramework();

  signal(watchdog, 'SIGTERM');
  signal(framework.identity, 'SIGTERM');
  await untilState(watchdog, ['gone'], 10_000);

  expect(nodes.map(stateOf)).toEqual(['gone', 'gone', 'gone']);
});

test('a framework that hangs loses its lease: everything is undone, written down, and nothing can be started any more', async () => {
  const { framework, watchdog, nodes } = await startFramework(500);

  signal(framework.identity, 'SIGSTOP');
  await untilState(watchdog, ['gone'], 10_000);

  expect(nodes.map(stateOf)).toEqual(['gone', 'gone', 'gone']);
  expect(readLines(report).values).toMatchObject([
    { did: 'took over', why: 'the framework said nothing for 500 ms' },
    ...nodes.map(() => ({ did: 'processes.end' })),
    { did: 'finished', left: [] },
  ]);
  expect(unfinishedIds(join(directory, 'undo.jsonl'))).toEqual([]);
  signal(framework.identity, 'SIGKILL');
});

test('a framework that renews keeps its lease', async () => {
  const watchdog = await startWatchdog({ mark, journals: [], report, leaseMs: 200 });
  await watchdog.watching;
  // Many leases long: nothing else tells that the watchdog waits on.
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  expect(watchdog.lost()).toBeNull();
  await watchdog.dismiss();
  expect(readLines(report).values).toEqual([]);
});

test('harm that outlasts its greatest duration is undone while the framework lives', async () => {
  const node = await spawnNode();
  const path = join(directory, 'undo.jsonl');
  const journal = await openSyncedLines(path);
  const watchdog = await startWatchdog({ mark, journals: [path], report, leaseMs: 500 });
  signal(node, 'SIGSTOP');
  await untilState(node, ['paused'], 5_000);
  const undo = { undo: 'processes.resume', process: node };
  await journal.append({ entry: 'registered', id: 1, undo, notAfterMs: 100 });

  await untilState(node, ['running'], 10_000);
  await expect
    .poll(() => readLines(report).values)
    .toMatchObject([{ did: 'processes.resume', process: node, why: 'processes.resume was due within 100 ms' }]);
  expect(watchdog.lost()).toBeNull();
  await watchdog.dismiss();
  await journal.close();
});

test('harm that only the framework can undo, and does not, costs it the whole run', async () => {
  const node = await spawnNode();
  const path = join(directory, 'undo.jsonl');
  const journal = await openSyncedLines(path);
  await journal.append({ entry: 'registered', id: 1, undo: { undo: 'processes.start', node: 'n1' }, notAfterMs: 100 });
  const watchdog = await startWatchdog({ mark, journals: [path], report, leaseMs: 500 });

  await untilState(node, ['gone'], 10_000);
  await watchdog.process.exited;
  expect(watchdog.lost()).toBe('the watchdog has undone everything: processes.start was due within 100 ms');
  await journal.close();
});

test('harm that was undone in time is left alone', async () => {
  const path = join(directory, 'undo.jsonl');
  const journal = await openSyncedLines(path);
  await journal.append({ entry: 'registered', id: 1, undo: { undo: 'processes.start', node: 'n1' }, notAfterMs: 100 });
  await journal.append({ entry: 'undone', id: 1 });
  const follow = followHarm([path]);
  expect([follow(0), follow(1_000)]).toEqual([[], []]);

  await journal.append({ entry: 'registered', id: 2, undo: { undo: 'processes.start', node: 'n1' }, notAfterMs: 100 });
  expect([follow(2_000), follow(2_100)]).toEqual([[], []]);
  expect(follow(2_101)).toMatchObject([{ kind: 'processes.start', undo: null }]);
  expect(follow(3_000)).toEqual([]);
  await journal.close();
});

test('a watchdog that is killed is missed', async () => {
  const watchdog = await startWatchdog({ mark, journals: [], report });
  signal(watchdog.process.identity, 'SIGKILL');
  await watchdog.process.exited;

  expect(watchdog.lost()).toBe('the watchdog has ended');
});

async function spawnNode(): Promise<ProcessIdentity> {
  const { identity } = await spawnProcess({
    executable: '/bin/sleep',
    arguments: ['600'],
    environment: {},
    mark,
    stdio: 'ignore',
  });
  return identity;
}

test('a watchdog that is dismissed touches nothing', async () => {
  const node = await spawnProcess({
    executable: process.execPath,
    arguments: ['-e', 'setInterval(() => {}, 1000)'],
    environment: {},
    mark,
    stdio: 'ignore',
  });
  const watchdog = await startWatchdog({ mark, journals: [], report });
  await watchdog.watching;

  await watchdog.dismiss();
  await watchdog.dismiss();

  expect(stateOf(watchdog.process.identity)).toBe('gone');
  expect(stateOf(node.identity)).toBe('running');
  expect(readLines(report).values).toEqual([]);
});
