import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChaosVerdict, verdictSchema } from '../result/result.ts';
import { exitCodeOf } from './exit-code.ts';

const run = { hasResidue: false, interruption: null, strict: false } as const;

test.each<[readonly ChaosVerdict[], number]>([
  [['pass', 'pass'], 0],
  [['pass', 'fail'], 1],
  [['pass', 'inconclusive'], 3],
  [['fail', 'inconclusive'], 1],
  [['pass', 'not-runnable'], 0],
  [['not-runnable', 'not-runnable'], 3],
  [[], 3],
  [['aborted', 'fail', 'inconclusive'], 4],
])('%j ends in %d', (verdicts, code) => {
  expect(exitCodeOf({ ...run, verdicts })).toBe(code);
});

test('counts what is not runnable as open when strict', () => {
  expect(exitCodeOf({ ...run, verdicts: ['pass', 'not-runnable'], strict: true })).toBe(3);
});

test('a signal comes first, then residue, whatever the verdicts', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...verdictSchema.options)), fc.boolean(), (verdicts, strict) => {
      expect(exitCodeOf({ verdicts, strict, hasResidue: true, interruption: 'SIGINT' })).toBe(130);
      expect(exitCodeOf({ verdicts, strict, hasResidue: false, interruption: 'SIGTERM' })).toBe(143);
      expect(exitCodeOf({ verdicts, strict, hasResidue: true, interruption: null })).toBe(5);
    }),
  );
});
