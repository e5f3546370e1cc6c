import { expect, test } from 'vitest';
import { historyOf } from '../testing/shorthand.ts';
import { listAppend } from '../transactions/list-append.ts';
import type { Verdict } from '../verdict.ts';
import { cycleGraph } from './cycle-graph.ts';

type Fail = Extract<Verdict, { readonly verdict: 'fail' }>;

const skewed = historyOf(
  '1 invoke txn [["r",1,null],["append",2,1]]',
  '2 invoke txn [["r",2,null],["append",1,1]]',
  '1 ok txn [["r",1,[]],["append",2,1]]',
  '2 ok txn [["r",2,[]],["append",1,1]]',
  '3 invoke txn [["r",1,null],["r",2,null]]',
  '3 ok txn [["r",1,[1]],["r",2,[1]]]',
);
const verdict = listAppend().check(skewed) as Fail;

test('a cycle stands in the evidence as nodes and edges', () => {
  expect(verdict.evidence[1]).toEqual({
    anomaly: 'G2',
    steps: ['T1 read 1 before T2 wrote 1 to it', 'T2 read 2 before T1 wrote 1 to it'],
    nodes: [
      {
        name: 'T1',
        process: 1,
        events: [0, 2],
        steps: [
          ['r', 1, []],
          ['append', 2, 1],
        ],
      },
      {
        name: 'T2',
        process: 2,
        events: [1, 3],
        steps: [
          ['r', 2, []],
          ['append', 1, 1],
        ],
      },
    ],
    edges: [
      { from: 'T1', to: 'T2', kind: 'rw', key: 1, value: 1 },
      { from: 'T2', to: 'T1', kind: 'rw', key: 2, value: 1 },
    ],
  });
});

test('a cycle is drawn with each transaction and each reason, and without a coordinate that is no number', () => {
  const picture = cycleGraph(verdict)!;
  expect(picture).toMatch(/^<svg .*<\/svg>\n$/s);
  for (const text of ['T1 (process 1)', 'T2 (process 2)', 'rw 1 = 1', 'rw 2 = 1']) expect(picture).toContain(text);
  expect(picture.match(/<path d="M/g)!.length).toBeGreaterThanOrEqual(2);
  expect(picture).not.toMatch(/NaN|Infinity|undefined/);
});

test('what is no cycle is not drawn as one', () => {
  expect(cycleGraph({ verdict: 'fail', reason: 'lost', evidence: [{ lost: 1 }] })).toBeUndefined();
});
