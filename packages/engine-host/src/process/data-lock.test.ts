import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectoryInUse, lockDataDirectory } from './data-lock.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qflow-lock-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const path = () => join(directory, 'node.lock');

test('a directory is taken, and free again after the release', () => {
  lockDataDirectory(directory).release();

  expect(existsSync(path())).toBe(false);
  lockDataDirectory(directory);
});

test('the lock of a living process holds, that of a dead one or of a reused number does not', async () => {
  lockDataDirectory(directory);
  const own = readFileSync(path(), 'utf8').split(' ');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').pop()!.split(' ');
  const held = `${child.pid} ${own[1]} ${stat[19]}`;

  writeFileSync(path(), held);
  expect(() => lockDataDirectory(directory)).toThrow(DataDirectoryInUse);
  writeFileSync(path(), `${child.pid} ${own[1]} 1`);
  lockDataDirectory(directory);

  writeFileSync(path(), held);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockDataDirectory(directory);
});

test('a lock that was torn while it was written holds nobody', () => {
  writeFileSync(path(), '');

  lockDataDirectory(directory);
});
