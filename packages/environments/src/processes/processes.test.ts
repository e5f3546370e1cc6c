import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandSpecification, PreparedTarget, Target } from '@qflow/chaos';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { environmentCompliance } from '../compliance/environment-compliance.ts';
import { fakeTarget } from '../compliance/fake-target.ts';
import { liveHistory } from '../compliance/live-history.ts';
import { entryFile } from '../host/entry-file.ts';
import { processesMarked } from '../host/marked-processes.ts';
import { signal } from '../host/signals.ts';
import { spawnProcess } from '../host/spawned-process.ts';
import { readLines } from '../host/synced-lines.ts';
import { readUndoJournal, unfinished } from '../host/undo-journal.ts';
import { processes } from './processes.ts';

environmentCompliance('processes', processes, fakeTarget);

let directory: string;
const left = () => processesMarked(`processes-test:${directory}`);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'processes-'));
});
afterEach(() => {
  for (const identity of left()) {
    signal(identity, 'SIGKILL');
  }
  rmSync(directory, { recursive: true, force: true });
});

const deploy = (target: Target, size = 4) =>
  processes().deploy({ target, size, seed: 1, runId: 'processes-test', directory, history: liveHistory() });

/** The fake target with the command of its third node changed. */
const changed = (change: (specification: CommandSpecification) => CommandSpecification): Target => ({
  ...fakeTarget(),
  async prepare(request): Promise<PreparedTarget> {
    const prepared = await fakeTarget().prepare(request);
    return {
      ...prepared,
      command: (index) => (index === 2 ? change(prepared.command!(index)) : prepared.command!(index)),
    };
  },
});

describe('a deployment that fails midway', () => {
  test.each<[string, Target, string]>([
    [
      'a node that ends at once, with what it said',
      changed((node) => ({ ...node, arguments: ['-e', 'console.error("no such luck"); process.exit(7)'] })),
      'n3 did not start: it ended with exit code 7; it said "no such luck"',
    ],
    [
      'a program that does not exist',
      changed((node) => ({ ...node, executable: '/no/such/node' })),
      'Cannot start /no/such/node: ENOENT',
    ],
    [
      'a node that ends before the cluster is whole',
      changed((node) => ({
        ...node,
        arguments: ['-e', 'console.log("listening 1 1"); setTimeout(() => process.exit(0), 100)'],
      })),
      'The cluster did not become ready: n3 ended',
    ],
    [
      'a target without a command',
      { ...fakeTarget(), prepare: async () => ({}) },
      'The target "fake" has no command that starts a node as a process',
    ],
    [
      'a target that cannot prepare',
      { ...fakeTarget(), prepare: () => Promise.reject(new Error('no keys')) },
      'no keys',
    ],
  ])('names %s and leaves nothing', async (_, target, message) => {
    await expect(deploy(target)).rejects.toThrow(message);

    expect(left()).toEqual([]);
    expect(unfinished(readUndoJournal(join(directory, 'processes.jsonl')).entries)).toEqual([]);
  });
});

test('a deployment that the user interrupts ends at once and leaves nothing', async () => {
  const interrupting = new AbortController();
  // Never listens, so that the deployment would wait for it.
  const target = changed((node) => ({ ...node, arguments: ['-e', 'setInterval(() => {}, 1000)'] }));
  const request = { target, size: 4, seed: 1, runId: 'processes-test', directory, history: liveHistory() };
  const deploying = processes().deploy({ ...request, signal: interrupting.signal });
  await expect.poll(() => left().length, { timeout: 10_000 }).toBe(5);
  interrupting.abort(new Error('Ctrl-C'));

  await expect(deploying).rejects.toThrow('Ctrl-C');
  expect(left()).toEqual([]);
});

test('every process is in the journal while it lives, and none is unfinished after the stop', async () => {
  const cluster = await deploy(fakeTarget());
  await cluster.processes!.kill(cluster.nodes[0]!);
  await cluster.processes!.start(cluster.nodes[0]!);
  const journal = () => unfinished(readUndoJournal(join(directory, 'processes.jsonl')).entries);
  const living = cluster.nodes.map((node) => cluster.processes!.identityOf(node));
  expect(journal().map(({ undo }) => 'process' in undo && undo.process)).toEqual(expect.arrayContaining(living));

  await cluster.stop();
  expect(journal()).toEqual([]);
});

test('a node that ends by itself is noticed in the history and by its links', async () => {
  const history = liveHistory();
  const request = { target: fakeTarget(), size: 4, seed: 1, runId: 'processes-test', directory, history };
  const cluster = await processes().deploy(request);
  signal(cluster.processes!.identityOf(cluster.nodes[1]!), 'SIGKILL');
  await expect.poll(() => history.events.find(({ event }) => event === 'process-exited')).toBeDefined();
  await cluster.stop();

  expect(history.events.find(({ event }) => event === 'process-exited')).toMatchObject({
    node: 'n2',
    value: { exitCode: null, signal: 'SIGKILL' },
  });
});

/** Stands for the framework: deploys a cluster, stops one of its nodes, and waits for its own death. */
const framework = `
  const { processes } = await import(${JSON.stringify(entryFile('processes/processes.js'))});
  const { fakeTarget } = await import(${JSON.stringify(entryFile('compliance/fake-target.js'))});
  const { liveHistory } = await import(${JSON.stringify(entryFile('compliance/live-history.js'))});
  const cluster = await processes().deploy({
    target: fakeTarget(), size: 4, seed: 1, runId: 'processes-test', directory: process.argv[1], history: liveHistory(),
  });
  await cluster.processes.pause(cluster.nodes[0]);
  console.log('deployed');
  setInterval(() => {}, 1000);
`;

test('when the framework is killed, no process of the cluster is left, a stopped one neither', async () => {
  const { child, identity } = await spawnProcess({
    executable: process.execPath,
    arguments: ['--input-type=module', '-e', framework, directory],
    environment: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    // Four nodes and the links.
    expect(left()).toHaveLength(5);
    signal(identity, 'SIGKILL');
  }
  expect(said).toEqual(['deployed']);

  const report = join(directory, 'watchdog.jsonl');
  await expect
    .poll(() => existsSync(report) && readLines(report).values.at(-1), { timeout: 20_000 })
    .toMatchObject({ did: 'finished' });
  expect(left()).toEqual([]);
});
