import { describe, expect, test } from 'vitest';
import { Misuse } from './misuse.ts';
import { resolveSettings } from './resolve.ts';

const defaults = {
  failureRate: 0.1,
  intensity: 0.5,
  safetyChecks: true,
  autoRecovery: true,
  metricsCollection: true,
};

test('takes the defaults where nobody says otherwise', () => {
  expect(resolveSettings({})).toEqual(defaults);
});

test('takes a flag over a variable over a file over a default', () => {
  const file = { path: 'chaos.json', settings: { failureRate: 0.3, intensity: 0.3, blastRadius: 0.3 } };
  const variables = { CHAOS_FAILURE_RATE: '0.2', CHAOS_INTENSITY: '0.2', PATH: '/bin' };

  expect(resolveSettings({ flags: { failureRate: '0.1' }, variables, file })).toMatchObject({
    failureRate: 0.1,
    intensity: 0.2,
    blastRadius: 0.3,
    safetyChecks: true,
  });
});

test.each([
  ['300', 300_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1500ms', 1_500],
  ['0.5s', 500],
])('reads --duration=%s as %d ms', (text, ms) => {
  expect(resolveSettings({ flags: { duration: text } }).duration).toBe(ms);
});

test('reads a bare CHAOS_DURATION as milliseconds', () => {
  expect(resolveSettings({ variables: { CHAOS_DURATION: '1500' } }).duration).toBe(1_500);
});

test.each([
  ['true', true],
  ['false', false],
])('reads the switch %s', (text, value) => {
  expect(resolveSettings({ variables: { CHAOS_SAFETY_CHECKS: text } }).safetyChecks).toBe(value);
});

describe('refuses, with the source, the value and what is allowed:', () => {
  test.each([
    [{ flags: { failureRate: '1.5' } }, '--failure-rate is "1.5"; allowed is a number from 0 to 1.'],
    [{ flags: { failureRate: '' } }, '--failure-rate is ""; allowed is a number from 0 to 1.'],
    [{ variables: { CHAOS_INTENSITY: 'high' } }, 'CHAOS_INTENSITY is "high"; allowed is a number from 0 to 1.'],
    [{ variables: { CHAOS_AUTO_RECOVERY: 'yes' } }, 'CHAOS_AUTO_RECOVERY is "yes"; allowed is true or false.'],
    [{ variables: { CHAOS_AUTO_RECOVERY: '1' } }, 'CHAOS_AUTO_RECOVERY is "1"; allowed is true or false.'],
    [
      { flags: { duration: '0' } },
      '--duration is "0"; allowed is a time above 0 (such as 90s, 5m or 1500ms; a bare number counts seconds).',
    ],
    [
      { variables: { CHAOS_DURATION: '5 minutes' } },
      'CHAOS_DURATION is "5 minutes"; allowed is a time above 0 (such as 90s, 5m or 1500ms; a bare number counts milliseconds).',
    ],
    [
      { variables: { CHAOS_FAILURERATE: '0.1' } },
      'CHAOS_FAILURERATE is not a setting of Qflow Chaos. Did you mean CHAOS_FAILURE_RATE?',
    ],
    [
      { file: { path: 'c.json', settings: { blastRadius: 7 } } },
      'c.json: blastRadius is 7; allowed is a number from 0 to 1.',
    ],
    [
      { file: { path: 'c.json', settings: { failureRte: 0.1 } } },
      'c.json: there is no setting "failureRte". Did you mean failureRate?',
    ],
  ])('%j', (sources, message) => {
    expect(() => resolveSettings(sources)).toThrow(Misuse);
    expect(() => resolveSettings(sources)).toThrow(message);
  });
});
