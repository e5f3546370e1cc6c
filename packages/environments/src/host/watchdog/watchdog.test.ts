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
import { readLines } from '../synced-lines.ts';
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
  const [mark, directory] = process.argv.slice(1);
  const journal = await openSyncedLines(directory + '/undo.jsonl');
  const watchdog = await startWatchdog({ mark, journals: [directory + '/undo.jsonl'], report: directory + '/watchdog.jsonl' });
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

async function startFramework(): Promise<{
  framework: SpawnedProcess;
  watchdog: ProcessIdentity;
  nodes: ProcessIdentity[];
}> {
  const spawned = await spawnProcess({
    executable: process.execPath,
    arguments: ['--input-type=module', '-e', framework, mark, directory],
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
