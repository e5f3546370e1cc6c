import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Halt } from '@qflow/chaos';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileLever } from './safety-lever.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'lever-'));
});
afterEach(() => rmSync(state, { recursive: true }));

test('stays pulled, with its first reason, until somebody resumes', async () => {
  const lever = fileLever(state);
  expect(lever.halted()).toBeNull();

  await lever.halt('smoke');
  await fileLever(state).halt('fire');
  expect(fileLever(state).halted()).toMatchObject({ reason: 'smoke' });

  expect(await fileLever(state).resume()).toMatchObject({ reason: 'smoke' });
  expect(lever.halted()).toBeNull();
  expect(await lever.resume()).toBeNull();
});

test('whoever watches hears it once, also when it was pulled before', async () => {
  const heard: Halt[] = [];
  const lever = fileLever(state);
  lever.watch((halt) => heard.push(halt));
  const unwatch = lever.watch(() => expect.unreachable('it was not watched any more'));
  unwatch();
  expect(heard).toEqual([]);

  await fileLever(state).halt('smoke');
  await expect.poll(() => heard).toMatchObject([{ reason: 'smoke' }]);
  lever.watch((halt) => heard.push(halt));
  expect(heard).toHaveLength(2);
});

test.each(['', '{', '[]', '{"at":1}'])('a file that holds %j counts as pulled', (content) => {
  writeFileSync(join(state, 'halted.json'), content);

  expect(fileLever(state).halted()?.reason).toContain('cannot be read');
});
