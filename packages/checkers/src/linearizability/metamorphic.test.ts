import { expect, test } from 'vitest';
import type { History, Json, OperationEvent } from '../history/history.ts';
import { linearizableHistory, registerScript, withLies } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { storeHistory } from '../testing/stores.ts';
import { listAppend } from '../transactions/list-append.ts';
import { rwRegister } from '../transactions/rw-register.ts';
import { linearizable } from './linearizable.ts';

type Change = (event: OperationEvent) => OperationEvent;
const changed = (history: History, change: Change): History => ({
  events: (history.events as readonly OperationEvent[]).map(change),
});

const renamed = (value: Json): Json => {
  if (typeof value === 'number') return `v${value * 7 + 3}`;
  return Array.isArray(value) ? value.map(renamed) : value;
};
const renamedSteps = (value: Json): Json =>
  (value as [string, Json, Json][]).map(([f, key, element]) => [f, `k${key}`, renamed(element)]);

const shifted: Change = (event) => ({ ...event, index: event.index * 3 + 5, time: event.time * 2 + 1000 });
const otherProcesses: Change = (event) => ({ ...event, process: 100_000 - event.process });

test('registers are judged alike under other names, times and processes', () => {
  for (let seed = 0; seed < 400; seed += 1) {
    const random = randomOf(seed);
    const script = registerScript(4, { cas: seed % 2 === 0, unique: seed % 3 === 0 });
    const shape = { operations: 60, clients: 5, crashRate: 0.02 };
    const history = withLies(linearizableHistory(script, shape, random), random.below(3), random);
    const { verdict } = linearizable().check(history);
    for (const change of [
      shifted,
      otherProcesses,
      (event: OperationEvent) => ({ ...event, value: renamed(event.value) }),
    ]) {
      expect(linearizable().check(changed(history, change)).verdict).toBe(verdict);
    }
  }
});

test('independent keys are judged alike whatever their order, and one bad key makes all bad', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const random = randomOf(seed);
    const parts = ['x', 'y', 'z'].map((key, place) => {
      const shape = { operations: 30, clients: 4, key };
      const history = withLies(linearizableHistory(registerScript(3), shape, random), random.below(2), random);
      return changed(history, (event) => ({ ...event, process: event.process + place * 1000 }));
    });
    const verdicts = parts.map((part) => linearizable().check(part).verdict);
    const woven = (order: readonly number[]): History => {
      const events: OperationEvent[] = [];
      for (let at = 0; at < 100; at += 1) {
        for (const part of order) {
          const event = parts[part]!.events[at] as OperationEvent | undefined;
          if (event !== undefined) events.push({ ...event, index: events.length, time: events.length });
        }
      }
      return { events };
    };
    const expected = verdicts.includes('fail') ? 'fail' : 'pass';
    expect(linearizable().check(woven([0, 1, 2])).verdict).toBe(expected);
    expect(linearizable().check(woven([2, 0, 1])).verdict).toBe(expected);
  }
});

test.each([
  ['list-append', listAppend()],
  ['rw-register', rwRegister()],
] as const)('%s is judged alike under other names, times and processes', (workload, checker) => {
  for (let seed = 0; seed < 120; seed += 1) {
    const random = randomOf(seed);
    const fault = (['none', 'snapshot', 'lost-update', 'stale-read'] as const)[seed % 4]!;
    const shape = { transactions: 60, clients: 5, keys: 3, writesPerKey: 20, steps: 3, crashRate: 0.02 };
    const history = storeHistory({ ...shape, workload, fault }, random);
    const { verdict } = checker.check(history);
    for (const change of [
      shifted,
      otherProcesses,
      (event: OperationEvent) => ({ ...event, value: renamedSteps(event.value) }),
    ]) {
      expect(checker.check(changed(history, change)).verdict).toBe(verdict);
    }
  }
});
