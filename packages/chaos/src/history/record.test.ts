import { parseHistory } from '@qflow/checkers';
import { expect, test } from 'vitest';
import { recordHistory } from './record.ts';

const clockAt = (time: { ns: number }) => ({ nowNs: () => time.ns });
const invoke = { process: 0, type: 'invoke', f: 'read', key: 'r1', value: null } as const;

test('numbers events in order, stamps them, and hands each on as a line', () => {
  const lines: string[] = [];
  const time = { ns: 10 };
  const history = recordHistory((line) => lines.push(line));
  history.startClock(clockAt(time));

  history.phase('baseline');
  time.ns = 20;
  history.operation(invoke);
  history.deed({ f: 'crash', phase: 'proved', value: { nodes: ['n1'] } });
  history.nodeEvent({ node: 'n1', event: 'vote', value: {}, honest: true, time: 15 });

  const { events } = history.frozen();
  expect(events.map(({ index, time }) => [index, time])).toEqual([
    [0, 10],
    [1, 20],
    [2, 20],
    [3, 15],
  ]);
  expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  expect(parseHistory(lines.join('\n')).events).toEqual(events);
});

test('what came before the clock gets the time at which it was started', () => {
  const history = recordHistory();
  history.phase('deploy');

  history.startClock(clockAt({ ns: 500 }));
  history.startClock(clockAt({ ns: 900 }));

  expect(history.startNs()).toBe(500);
  expect(history.frozen().events).toEqual([{ index: 0, type: 'phase', phase: 'deploy', time: 500 }]);
});

test('takes nothing once it is frozen', () => {
  const lines: string[] = [];
  const history = recordHistory((line) => lines.push(line));
  history.startClock(clockAt({ ns: 1 }));
  const frozen = history.frozen();

  history.operation(invoke);

  expect(frozen.events).toEqual([]);
  expect(lines).toEqual([]);
  expect(history.frozen()).toBe(frozen);
});
