import { expect, test } from 'vitest';
import { linearizableHistory, registerScript } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { encodeEvent } from './encode.ts';
import { operations } from './operations.ts';
import { parseHistory } from './parse.ts';

const invoke = (process: number, time: number, f = 'read') =>
  JSON.stringify({ process, type: 'invoke', f, value: null, time });
const ok = (process: number, time: number, f = 'read') => JSON.stringify({ process, type: 'ok', f, value: 1, time });

test('reads back what was written', () => {
  for (let seed = 0; seed < 50; seed += 1) {
    const shape = { operations: 40, clients: 4, crashRate: 0.1, key: 'x' };
    const history = linearizableHistory(registerScript(3, { cas: true }), shape, randomOf(seed));
    expect(parseHistory(history.events.map(encodeEvent).join(''))).toEqual(history);
  }
});

test('reads deeds, node events and phases among operations', () => {
  const { events } = parseHistory(
    [
      '{"type":"phase","phase":"harm","time":1,"index":0}',
      '{"process":"nemesis","type":"info","f":"kill","value":["n1"],"phase":"proved","time":2,"index":1}',
      '{"type":"event","node":"n1","event":"vote","value":{"view":1},"honest":true,"time":1,"index":2}',
    ].join('\n'),
  );
  expect(events).toHaveLength(3);
});

test.each([
  ['text that is no JSON', ['{'], 'line 1: not JSON: {'],
  ['a completion without invocation', [ok(1, 1)], 'line 1: process 1 completes "read" that it never invoked'],
  [
    'two open operations of one process',
    [invoke(1, 1), invoke(1, 2)],
    'line 2: process 1 invokes "read" while its last one is open',
  ],
  [
    'a completion of something else',
    [invoke(1, 1), ok(1, 2, 'write')],
    'line 2: process 1 completes "write" but had invoked "read"',
  ],
  ['time that goes back', [invoke(1, 5), ok(1, 4)], 'line 2: time goes back from 5 to 4; use one monotonic clock'],
  [
    'a retired process at work',
    [invoke(1, 1), '', ok(1, 2).replace('ok', 'info'), invoke(1, 3)],
    'line 4: process 1 was retired by an "info"; give it a new number',
  ],
  [
    'a type that does not exist',
    ['{"process":1,"type":"done","f":"read","time":1}'],
    'line 1: type must be invoke, ok, fail, info, event or phase, not "done"',
  ],
  ['a missing time', ['{"process":1,"type":"invoke","f":"read"}'], 'line 1: time must be a number, not missing'],
  [
    'a process that is no number',
    ['{"process":"a","type":"invoke","f":"read","time":1}'],
    'line 1: process must be a whole number from 0, not "a"',
  ],
  [
    'an index that does not grow',
    ['{"index":3,"type":"phase","phase":"a","time":1}', '{"index":3,"type":"phase","phase":"b","time":2}'],
    'line 2: index 3 does not follow 3; number the events upwards',
  ],
])('refuses %s', (_, lines, message) => {
  expect(() => parseHistory(lines.join('\n'))).toThrow(message);
});

test('pairs invocations with their completions, and leaves the rest open', () => {
  const history = parseHistory([invoke(1, 1), invoke(2, 2), ok(2, 3), invoke(3, 4)].join('\n'));
  expect(operations(history)).toMatchObject([
    { process: 1, outcome: 'info', invokedAt: 0, completedAt: Number.POSITIVE_INFINITY, completion: undefined },
    { process: 2, outcome: 'ok', result: 1, invokedAt: 1, completedAt: 2 },
    { process: 3, outcome: 'info', invokedAt: 3 },
  ]);
});
