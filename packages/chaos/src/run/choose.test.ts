import { pass } from '@qflow/checkers';
import { expect, test } from 'vitest';
import { experiment } from '../experiment/define.ts';
import { register } from '../workloads/register.ts';
import { choose } from './choose.ts';

const named = (name: string) =>
  experiment({
    name,
    question: 'Is it?',
    expectation: 'It is.',
    cluster: { nodes: 4 },
    workload: register(),
    timeline: [],
    recovery: { withinMs: 1_000 },
    checks: [{ name: 'holds', check: () => pass() }],
  });
const catalogue = ['nodes/single-failure', 'nodes/leader-failure', 'network/split-brain'].map(named);
const chosen = (...names: string[]) => choose(catalogue, names).map(({ name }) => name);

test('takes all when none is named', () => {
  expect(chosen()).toHaveLength(3);
});

test('takes a suite whole, each experiment once, in the order of the catalogue', () => {
  expect(chosen('nodes/leader-failure', 'nodes')).toEqual(['nodes/single-failure', 'nodes/leader-failure']);
});

test.each([
  ['nodes/leader-failur', 'Did you mean "nodes/leader-failure"?'],
  ['leader-failure', 'Did you mean "nodes/leader-failure"?'],
  ['netwrk', 'Did you mean "network"?'],
  ['zzz', 'Known are nodes, network,'],
])('refuses %s and helps', (name, help) => {
  expect(() => chosen(name)).toThrow(help);
});
