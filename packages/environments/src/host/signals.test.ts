import { afterEach, expect, test } from 'vitest';
import { identityOf, stateOf } from './identity.ts';
import { processesMarked } from './marked-processes.ts';
import { signal, untilState } from './signals.ts';
import { type SpawnedProcess, spawnProcess } from './spawned-process.ts';
import { undoProcess } from './undo-executors.ts';

const started: SpawnedProcess[] = [];

async function sleeper(mark = 'signals-test'): Promise<SpawnedProcess> {
  const spawned = await spawnProcess({
    executable: process.execPath,
    arguments: ['-e', 'setInterval(() => {}, 1000)'],
    environment: {},
    mark,
    stdio: 'ignore',
  });
  started.push(spawned);
  return spawned;
}

afterEach(() => {
  for (const { identity } of started.splice(0)) {
    signal(identity, 'SIGKILL');
  }
});

test('a process is stopped, goes on, and is ended', async () => {
  const { identity, exited } = await sleeper();

  signal(identity, 'SIGSTOP');
  expect(await untilState(identity, ['paused'], 5_000)).toBe('paused');
  signal(identity, 'SIGCONT');
  expect(await untilState(identity, ['running'], 5_000)).toBe('running');
  signal(identity, 'SIGKILL');
  expect(await exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  expect(stateOf(identity)).toBe('gone');
});

test('a process that took over the pid is not signalled', async () => {
  const { identity } = await sleeper();
  const before = { ...identity, startTime: '1' };

  expect(signal(before, 'SIGKILL')).toBe(false);
  expect(await undoProcess({ undo: 'processes.end', process: before })).toBe(false);
  expect(stateOf(identity)).toBe('running');
});

test('a stopped process is resumed once and ended once, and again is nothing to do', async () => {
  const { identity } = await sleeper();
  signal(identity, 'SIGSTOP');
  await untilState(identity, ['paused'], 5_000);

  expect(await undoProcess({ undo: 'processes.resume', process: identity })).toBe(true);
  expect(await undoProcess({ undo: 'processes.resume', process: identity })).toBe(false);
  signal(identity, 'SIGSTOP');
  expect(await undoProcess({ undo: 'processes.end', process: identity })).toBe(true);
  expect(await undoProcess({ undo: 'processes.end', process: identity })).toBe(false);
});

test('the processes of a run are found by their mark, and those of another run are not', async () => {
  const own = await sleeper('run-17');
  await sleeper('run-170');

  expect(processesMarked('run-17')).toEqual([own.identity]);
});

test('waiting for a state that does not come says which process and what it is', async () => {
  const own = identityOf(process.pid)!;

  await expect(untilState(own, ['paused'], 10)).rejects.toThrow(
    `Process ${process.pid} was not paused within 10 ms; it is running`,
  );
});

test('a program that does not exist is named', async () => {
  const request = { executable: '/no/such/program', arguments: [], environment: {}, stdio: 'ignore' } as const;

  await expect(spawnProcess(request)).rejects.toThrow('Cannot start /no/such/program: ENOENT');
});
