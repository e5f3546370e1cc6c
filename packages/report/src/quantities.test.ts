import { expect, test } from 'vitest';
import { duration, measured, share } from './quantities.ts';

test.each([
  [0, '0 ms'],
  [412.4, '412 ms'],
  [4100, '4.1 s'],
  [125_000, '2 min 5 s'],
  [179_600, '3 min 0 s'],
])('%d milliseconds read %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test.each([
  [1, '100 %'],
  [0.999996, '99.99 %'],
  [0.5, '50 %'],
])('a share of %d reads %s', (value, text) => {
  expect(share(value)).toBe(text);
});

test('what was not measured is no number', () => {
  expect(measured(undefined)).toBe('–');
  expect(measured({ value: null, unit: 'ms', n: 0, interval: null, reason: 'no outage', definition: '' })).toBe('–');
});
