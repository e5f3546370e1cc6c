import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runDirectory } from './run-directory.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'qflow-out-'));
});
afterEach(() => rmSync(place, { recursive: true }));

test('makes nothing before it is told to', () => {
  const directory = runDirectory('a/b/c', place);
  expect(existsSync(join(place, 'a'))).toBe(false);

  directory.create();
  expect(readdirSync(join(place, 'a/b/c'))).toEqual([]);
});

test('writes a file whole, under its own name alone', () => {
  const directory = runDirectory('out', place);
  directory.create();
  directory.write({ name: 'result.json', content: '{}' });

  expect(readdirSync(directory.path)).toEqual(['result.json']);
  expect(readFileSync(join(directory.path, 'result.json'), 'utf8')).toBe('{}');
});

test('takes over the directory of a finished run, and nothing else that is in it', () => {
  mkdirSync(join(place, 'nodes/leader-failure'), { recursive: true });
  writeFileSync(join(place, 'nodes/leader-failure/history.jsonl'), '{}');
  writeFileSync(join(place, 'notes.txt'), 'mine');
  writeFileSync(
    join(place, 'result.json'),
    JSON.stringify({ details: [{ id: 'nodes/leader-failure' }] }, undefined, 2),
  );

  runDirectory('.', place).create();

  expect(readdirSync(place).sort()).toEqual(['nodes', 'notes.txt']);
  expect(readdirSync(join(place, 'nodes'))).toEqual([]);
});

test('an earlier result cannot name a folder elsewhere', () => {
  mkdirSync(join(place, 'out'));
  mkdirSync(join(place, 'precious/data'), { recursive: true });
  writeFileSync(
    join(place, 'out/result.json'),
    JSON.stringify({ id: '../precious/data', also: { id: '/precious/data' } }, undefined, 2),
  );

  runDirectory('out', place).create();

  expect(existsSync(join(place, 'precious/data'))).toBe(true);
});

test('refuses a directory that holds anything but a finished run', () => {
  writeFileSync(join(place, 'thesis.txt'), '');

  expect(() => runDirectory('.', place)).toThrow(
    '--out .: holds files that are not a finished run; name a new or an empty directory',
  );
});

test('refuses a place below a file', () => {
  writeFileSync(join(place, 'file'), '');

  expect(() => runDirectory('file/out', place)).toThrow(`--out file/out: ${place}/file is a file, not a directory`);
});

test('what the system refuses at last is misuse too', () => {
  expect(() => runDirectory('/proc/nowhere/out', place).create()).toThrow(expect.objectContaining({ name: 'Misuse' }));
});
