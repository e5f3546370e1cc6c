import { expect, test } from 'vitest';
import { type ProcessorFiles, watchOthersLoad } from './others-load.ts';

/** A machine with two cores whose counters the test sets, in ticks of 10 ms. */
function machine() {
  const ticks = { all: 0, self: 0, children: 0, node: 0 };
  let nowMs = 0;
  const stat = (own: number, children: number) => `7 (node (x)) S ${'0 '.repeat(10)}${own} 0 ${children} 0 20 0`;
  const files: ProcessorFiles = (name) => {
    const known: Record<string, string> = {
      stat: `cpu  ${ticks.all} 0 0 99999 99999 0 0 0 0 0\ncpu0 1 2 3`,
      'self/stat': stat(ticks.self, ticks.children),
      '42/stat': stat(ticks.node, 500),
    };
    return known[name] ?? null;
  };
  const load = watchOthersLoad(() => nowMs, files);
  return {
    load,
    pass(ms: number, add: Partial<typeof ticks>) {
      nowMs += ms;
      for (const [name, count] of Object.entries(add)) {
        ticks[name as keyof typeof ticks] += count;
      }
    },
  };
}

test('what is ours is no load of others, however much it is', () => {
  const { load, pass } = machine();
  load.read([42]);
  pass(1_000, { all: 200, self: 60, node: 140 });

  expect(load.read([42])).toBe(0);
});

test('what others use is told in cores', () => {
  const { load, pass } = machine();
  load.read([42]);
  pass(2_000, { all: 300, self: 40, node: 60 });

  expect(load.read([42])).toBe(1);
});

test('between two windows the last one counts', () => {
  const { load, pass } = machine();
  load.read([42]);
  pass(1_000, { all: 150, node: 50 });
  expect(load.read([42])).toBe(1);
  pass(10, { all: 2 });
  expect(load.read([42])).toBe(1);
});

test('a node that ended is not taken for another program', () => {
  const { load, pass } = machine();
  pass(0, { node: 30 });
  load.read([42]);
  pass(1_000, { all: 50, children: 80 });

  expect(load.read([])).toBe(0);
});

test('a machine that tells nothing has no load of others', () => {
  let nowMs = 0;
  const load = watchOthersLoad(
    () => nowMs,
    () => null,
  );
  load.read([]);
  nowMs = 1_000;

  expect(load.read([])).toBe(0);
});
