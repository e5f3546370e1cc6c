import { expect, test } from 'vitest';
import { ednEvents, ednHistory } from './edn.ts';

const eventsOf = (text: string) => [...ednEvents(text)].map(({ event }) => event);

test('reads a history as Jepsen writes it', () => {
  const text = `
    ; a comment
    {:type :invoke, :f :cas, :value [1 2], :process 0, :time 10, :index 0}
    #jepsen.history.Op{:type :ok, :f :cas, :value [1 2], :process 0, :time 20, :index 1}
    {:type :info, :f :kill, :value {"n1" :killed}, :process :nemesis, :time 21, :index 2}
    {:type :invoke, :f :txn, :value [[:append 3 1] [:r 3 nil]], :process 1, :time 30N, :index 3}
    {:type :info, :f :txn, :value [[:append 3 1] [:r 3 nil]], :process 1, :time 40, :error [:timeout "x"]}`;
  expect(eventsOf(text)).toMatchObject([
    { type: 'invoke', f: 'cas', value: [1, 2], process: 0, time: 10, index: 0 },
    { type: 'ok' },
    { process: 'nemesis', value: { n1: 'killed' } },
    {
      f: 'txn',
      value: [
        ['append', 3, 1],
        ['r', 3, null],
      ],
      time: 30,
    },
    { type: 'info', error: '["timeout","x"]' },
  ]);
});

test('reads one vector of operations, and the keys of independent tuples', () => {
  const text = '[{:type :invoke :f :read :process 0 :value #jepsen.independent/tuple ["x" nil]}]';
  expect(eventsOf(text)).toMatchObject([{ key: 'x', value: null, f: 'read' }]);
});

test.each([
  ['{:type :invoke', 'line 1: a "}" is missing at the end'],
  ['\n{:type}', 'line 2: a map has a key without a value'],
  ['['.repeat(100_000), 'line 1: more than 500 brackets lie within each other'],
  ['7', 'line 1: an operation must be a map'],
  ['{:type :invoke :f :read}', 'line 1: process must be a whole number from 0, not missing'],
])('refuses %j', (text, message) => {
  expect(() => eventsOf(text)).toThrow(message);
});

test('names the line at which a history contradicts itself', () => {
  const text = '; two comments\n; in front\n{:type :ok, :f :read, :process 0, :value 1}';
  expect(() => ednHistory(text)).toThrow('line 3: process 0 completes "read" that it never invoked');
});
