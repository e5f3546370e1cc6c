import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessIdentity, Undo } from '@qflow/chaos';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOf, stateOf } from './identity.ts';
import { processesMarked } from './marked-processes.ts';
import { findLeftovers, isNothing, recover } from './recovery.ts';
import { readRunRecords, writeRunRecord } from './run-records.ts';
import { signal, untilState } from './signals.ts';
import { spawnProcess } from './spawned-process.ts';
import { readUndoJournal, unfinished } from './undo-journal.ts';

let place: string;
let state: string;
let directory: string;
let mark: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'recovery-'));
  state = join(place, 'state');
  directory = join(place, 'run', 'deployment');
  mkdirSync(directory, { recursive: true });
  mark = `recovery-test:${directory}`;
});
afterEach(() => {
  for (const identity of processesMarked(mark)) {
    signal(identity, 'SIGKILL');
  }
  rmSync(place, { recursive: true });
});

const self = identityOf(process.pid)!;
/** A framework that is no more: its start time is of before this boot. */
const dead: ProcessIdentity = { ...self, startTime: '0' };

const journal = () => join(directory, 'processes.jsonl');
const register = (id: number, undo: Undo) =>
  appendFileSync(journal(), `${JSON.stringify({ entry: 'registered', id, undo })}\n`);

async function node(marked = mark): Promise<ProcessIdentity> {
  const { identity } = await spawnProcess({
    executable: '/bin/sleep',
    arguments: ['600'],
    environment: {},
    mark: marked,
    stdio: 'ignore',
  });
  return identity;
}

const record = (framework = dead) =>
  writeRunRecord(state, {
    runId: 'recovery-test',
    startedAt: '2026-01-01T00:00:00Z',
    directory,
    mark,
    journals: [journal()],
    framework,
    watchdog: dead,
  });

test('ends every process of a dead run, stopped and unjournalled ones too, verifies it, and forgets the run', async () => {
  const [running, stopped, elsewhere] = [await node(), await node(), await node('another:/run')];
  signal(stopped, 'SIGSTOP');
  await untilState(stopped, ['paused'], 5_000);
  register(1, { undo: 'processes.end', process: running });
  register(2, { undo: 'processes.start', node: 'n1' });
  await record();

  const { leftovers } = findLeftovers(state);
  expect(leftovers).toMatchObject([{ where: directory, unfinished: 2, living: [running, stopped] }]);
  const { did, left } = await recover(leftovers[0]!);

  expect(left).toEqual([]);
  expect(did).toHaveLength(2);
  expect([running, stopped, elsewhere].map(stateOf)).toEqual(['gone', 'gone', 'running']);
  expect(unfinished(readUndoJournal(journal()).entries)).toEqual([]);
  expect(findLeftovers(state, [place]).leftovers).toEqual([]);
  expect((await recover(leftovers[0]!)).left).toEqual([]);
  signal(elsewhere, 'SIGKILL');
});

test('never touches a process that took over the pid of a recorded one', async () => {
  const other = await node('another:/run');
  register(1, { undo: 'processes.end', process: { ...other, startTime: '1' } });
  await record();

  await recover(findLeftovers(state).leftovers[0]!);

  expect(stateOf(other)).toBe('running');
  signal(other, 'SIGKILL');
});

test('leaves a run alone whose framework lives', async () => {
  const living = await node();
  await record(self);

  expect(findLeftovers(state)).toMatchObject({ leftovers: [], live: [{ directory }] });
  expect(findLeftovers(state, [place])).toMatchObject({ leftovers: [], live: [{ directory }] });
  expect(stateOf(living)).toBe('running');
});

test('finds the journals and processes of a directory without any record', async () => {
  const living = await node();
  register(1, { undo: 'processes.end', process: living });

  expect(findLeftovers(state).leftovers).toEqual([]);
  const [leftover] = findLeftovers(state, [join(place, 'run')]).leftovers;
  await recover(leftover!);

  expect(stateOf(living)).toBe('gone');
  expect(findLeftovers(state, [place]).leftovers).toEqual([]);
});

test('what cannot be read stays, until it is given up by force', async () => {
  mkdirSync(join(state, 'runs'), { recursive: true });
  writeFileSync(join(state, 'runs', 'broken.json'), '{"runId":');
  register(1, { undo: 'processes.start', node: 'n1' });
  appendFileSync(journal(), 'no entry at all\n');
  await record();

  for (const leftover of findLeftovers(state).leftovers) {
    expect((await recover(leftover)).left).toEqual([expect.stringContaining('cannot be read')]);
  }
  expect(findLeftovers(state).leftovers).toHaveLength(2);
  for (const leftover of findLeftovers(state).leftovers) {
    expect((await recover(leftover, true)).left).toEqual([expect.stringContaining('cannot be read')]);
  }
  expect(readRunRecords(state)).toEqual([]);
});

test('what somebody died over while writing a record goes with the next record', async () => {
  const runs = join(state, 'runs');
  mkdirSync(runs, { recursive: true });
  writeFileSync(join(runs, 'a.json.4194305.part'), '{');
  writeFileSync(join(runs, `b.json.${process.pid}.part`), '{');
  await record();

  expect(readdirSync(runs)).toHaveLength(2);
  expect(existsSync(join(runs, `b.json.${process.pid}.part`))).toBe(true);
});

test('half a line at the end of a journal was never relied on', async () => {
  register(1, { undo: 'processes.start', node: 'n1' });
  appendFileSync(journal(), '{"entry":"regis');
  await record();

  expect((await recover(findLeftovers(state).leftovers[0]!)).left).toEqual([]);
});

test('a record of which nothing else is left is nothing to recover', async () => {
  await record();

  const [leftover] = findLeftovers(state).leftovers;
  expect(isNothing(leftover!)).toBe(true);
  await recover(leftover!);
  expect(existsSync(leftover!.record!)).toBe(false);
});
