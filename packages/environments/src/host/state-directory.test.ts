import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateDirectory, whyStateIsUnwritable } from './state-directory.ts';

test.each([
  [{ HOME: '/home/a' }, '/home/a/.local/state/qflow-chaos'],
  [{ HOME: '/home/a', XDG_STATE_HOME: '/state' }, '/state/qflow-chaos'],
  [{ HOME: '/home/a', XDG_STATE_HOME: 'relative' }, '/home/a/.local/state/qflow-chaos'],
  [{ HOME: '/home/a', XDG_STATE_HOME: '' }, '/home/a/.local/state/qflow-chaos'],
])('%j leads to %s', (environment, expected) => {
  expect(stateDirectory(environment)).toBe(expected);
});

test('says why nothing can be written down, and what to do', () => {
  const place = mkdtempSync(join(tmpdir(), 'state-'));
  writeFileSync(join(place, 'file'), '');

  expect(whyStateIsUnwritable(join(place, 'new', 'state'))).toBeNull();
  expect(whyStateIsUnwritable(join(place, 'file', 'state'))).toMatch(/ENOTDIR.*XDG_STATE_HOME/);
  rmSync(place, { recursive: true });
});
