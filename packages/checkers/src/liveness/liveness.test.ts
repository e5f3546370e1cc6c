import fc from 'fast-check';
import { expect, test } from 'vitest';
import { historyOf } from '../testing/shorthand.ts';
import { completedOperations } from './completed-operations.ts';
import { recovered } from './recovered.ts';

test('says how long it took to serve again after harm and after healing', () => {
  const history = historyOf(
    '@100 nemesis kill proved',
    '@200 1 invoke read',
    '@350 1 ok read 1',
    '@500 nemesis kill healed',
    '@510 1 invoke read',
    '@520 1 ok read 1',
  );
  expect(recovered({ withinMs: 300 }).check(history)).toEqual({
    verdict: 'pass',
    measured: [
      { f: 'kill', phase: 'proved', index: 0, recoveredMs: 250 },
      { f: 'kill', phase: 'healed', index: 3, recoveredMs: 20 },
    ],
  });
});

test('fails with the deed and the first operation that was served, when it came too late', () => {
  const history = historyOf('@100 nemesis kill proved', '@200 1 invoke read', '@900 1 ok read 1');
  expect(recovered({ withinMs: 300 }).check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'after "kill" proved it took 800.0 ms to serve again, allowed are 300 ms',
    evidence: [{ f: 'kill' }, { type: 'invoke' }, { type: 'ok' }],
  });
});

test('does not count an operation that was under way when harm came', () => {
  const history = historyOf('@90 1 invoke read', '@100 nemesis kill proved', '@110 1 ok read 1');
  expect(recovered({ withinMs: 300 }).check(history).verdict).toBe('inconclusive');
});

test('fails when what was asked was never served in time', () => {
  const history = historyOf('@100 nemesis kill proved', '@110 1 invoke read', '@900 1 info read');
  expect(recovered({ withinMs: 300 }).check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'after "kill" proved nothing was served in 800.0 ms, allowed are 300 ms',
  });
});

test('is inconclusive without a deed, and without load after it', () => {
  expect(recovered({ withinMs: 300 }).check(historyOf()).verdict).toBe('inconclusive');
  expect(recovered({ withinMs: 300 }).check(historyOf('nemesis kill invoked')).verdict).toBe('inconclusive');
  expect(recovered({ withinMs: 300 }).check(historyOf('@100 nemesis kill proved'))).toMatchObject({
    reason: 'no load for 300 ms after "kill" proved (event 0)',
  });
});

test('can be asked about healing alone', () => {
  const history = historyOf(
    '@1 nemesis cut proved',
    '@900 nemesis cut healed',
    '@910 1 invoke read',
    '@920 1 ok read 1',
  );
  expect(recovered({ withinMs: 100 }).check(history).verdict).toBe('fail');
  expect(recovered({ withinMs: 100, after: ['healed'] }).check(history).verdict).toBe('pass');
});

test('passes exactly when the first answer comes within the bound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (tookMs, withinMs) => {
      const history = historyOf('@0 nemesis kill proved', '@0 1 invoke read', `@${tookMs} 1 ok read 1`);
      return recovered({ withinMs }).check(history).verdict === (tookMs <= withinMs ? 'pass' : 'fail');
    }),
  );
});

test('wants enough completed operations, in a phase or in all', () => {
  const history = historyOf(
    'phase baseline',
    '1 invoke read',
    '1 ok read 1',
    'phase harm',
    '1 invoke read',
    '1 fail read',
    '1 invoke read',
    '1 ok read 1',
  );
  expect(completedOperations({ atLeast: 2 }).check(history)).toEqual({ verdict: 'pass', measured: [{ completed: 2 }] });
  expect(completedOperations({ atLeast: 1, phase: 'harm' }).check(history).verdict).toBe('pass');
  expect(completedOperations({ atLeast: 2, phase: 'harm' }).check(history)).toEqual({
    verdict: 'inconclusive',
    reason: '1 operations completed in phase "harm", needed are 2',
  });
  expect(completedOperations({ atLeast: 1 }).check(historyOf()).verdict).toBe('inconclusive');
});
