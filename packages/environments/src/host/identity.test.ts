import { expect, test } from 'vitest';
import { identityOf, parseStat, stateOf, stateOfLetter } from './identity.ts';

test('a program whose name looks like the rest of the line does not mislead', () => {
  const fields = ['T', ...Array.from({ length: 18 }, (_, index) => `${index}`), '4242', '0'];

  expect(parseStat(`17 (evil) R 1 (x)\n) ${fields.join(' ')}`)).toEqual({ letter: 'T', startTime: '4242' });
});

test('a line that is cut short is nothing', () => {
  expect(parseStat('17 (node) R 1')).toBeNull();
});

test('stopped and traced processes are paused, corpses are gone', () => {
  expect(['T', 't', 'Z', 'X', 'S', 'R', 'D'].map(stateOfLetter)).toEqual([
    ...['paused', 'paused', 'gone', 'gone'],
    ...['running', 'running', 'running'],
  ]);
});

test('this process is running, and another with its pid is not it', () => {
  const own = identityOf(process.pid)!;

  expect(stateOf(own)).toBe('running');
  expect(stateOf({ ...own, startTime: '1' })).toBe('gone');
  expect(stateOf({ ...own, bootId: 'another boot' })).toBe('gone');
});
