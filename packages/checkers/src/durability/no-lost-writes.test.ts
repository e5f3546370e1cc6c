import { expect, test } from 'vitest';
import { linearizableHistory, registerScript } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { historyOf } from '../testing/shorthand.ts';
import { noLostWrites } from './no-lost-writes.ts';

const written = ['1 invoke write x=1', '1 ok write x=1', '1 invoke write x=2', '1 ok write x=2', 'phase final-reads'];

test('passes when the final read returns the last write', () => {
  const history = historyOf(...written, '2 invoke read x=', '2 ok read x=2');
  expect(noLostWrites().check(history)).toEqual({ verdict: 'pass' });
});

test('fails with the lost write, the one that is seen instead, and the read', () => {
  const history = historyOf(...written, '2 invoke read x=', '2 ok read x=1');
  expect(noLostWrites().check(history)).toMatchObject({
    verdict: 'fail',
    reason: 'the final read of "x" returned 1, but 2 was acknowledged after that',
    evidence: [{ index: 0 }, { index: 1 }, { index: 2 }, { index: 3 }, { index: 5 }, { index: 6 }],
  });
});

test('fails when nothing is left', () => {
  expect(noLostWrites().check(historyOf(...written, '2 invoke read x=', '2 ok read x=null')).verdict).toBe('fail');
});

test('lets a write that overlaps, or one of unknown outcome, be the last', () => {
  const overlapping = historyOf(
    '1 invoke write 1',
    '2 invoke write 2',
    '2 ok write 2',
    '1 ok write 1',
    'phase final-reads',
    '3 invoke read',
    '3 ok read 1',
  );
  expect(noLostWrites().check(overlapping).verdict).toBe('pass');
  const unknown = historyOf(
    '1 invoke write 1',
    '1 info write 1',
    '2 invoke write 2',
    '2 ok write 2',
    'phase final-reads',
    '3 invoke read',
    '3 ok read 1',
  );
  expect(noLostWrites().check(unknown).verdict).toBe('pass');
});

test('counts a swap as a write of its new value', () => {
  const history = historyOf(
    '1 invoke cas [1,2]',
    '1 ok cas [1,2]',
    'phase final-reads',
    '2 invoke read',
    '2 ok read 1',
  );
  expect(noLostWrites().check(history).verdict).toBe('fail');
});

test('is inconclusive without final reads, and without acknowledged writes', () => {
  expect(noLostWrites().check(historyOf(...written))).toMatchObject({ reason: 'no final read completed for "x"' });
  expect(noLostWrites().check(historyOf()).verdict).toBe('inconclusive');
  const early = historyOf('1 invoke write 1', '1 ok write 1', '1 invoke read', '1 ok read 1');
  expect(noLostWrites().check(early).verdict).toBe('inconclusive');
});

test('passes for every register that loses nothing', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const random = randomOf(seed);
    const shape = { operations: 30, clients: 4, crashRate: 0.1 };
    let last: unknown = null;
    const script = registerScript(4);
    const tracking = {
      ...script,
      act: (...inputs: Parameters<typeof script.act>) => {
        const acted = script.act(...inputs);
        last = acted.state;
        return acted;
      },
    };
    const { events } = linearizableHistory(tracking, shape, random);
    const at = { index: events.length, time: events.length };
    const read = { process: 999, f: 'read' } as const;
    const history = {
      events: [
        ...events,
        { ...at, type: 'phase', phase: 'final-reads' } as const,
        { ...read, type: 'invoke', value: null, index: at.index + 1, time: at.time } as const,
        { ...read, type: 'ok', value: last as null, index: at.index + 2, time: at.time } as const,
      ],
    };
    expect(noLostWrites().check(history).verdict).not.toBe('fail');
  }
});
