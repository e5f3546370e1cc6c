import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricSchema } from '../result/result.ts';
import { measureAll, metricCatalogue } from './catalogue.ts';
import type { Measured, ScheduledOperation } from './measured.ts';
import { outages } from './outages.ts';
import { seriesOf } from './series.ts';
import { meanOf, quantileOf, shareOf, studentT } from './statistics.ts';

const EVERY_MS = 20;

/** Fifty operations a second over a baseline of 1 s and a harm of 4 s; `latencyMs` says how long each takes, or null. */
function run(latencyMs: (dueMs: number) => number | null, more: Partial<Measured> = {}): Measured {
  const operations = Array.from({ length: 250 }, (_, place): ScheduledOperation => {
    const dueMs = place * EVERY_MS;
    const took = latencyMs(dueMs);
    return took === null
      ? { dueMs, endedMs: dueMs + 2_000, outcome: 'info', isServed: false }
      : { dueMs, endedMs: dueMs + took, outcome: 'ok', isServed: true };
  });
  return {
    operations,
    phases: new Map([
      ['baseline', { fromMs: 0, toMs: 1_000 }],
      ['harm', { fromMs: 1_000, toMs: 5_000 }],
    ]),
    harms: [{ f: 'crash', nodes: ['n1'], atMs: 2_000 }],
    healedAtMs: [4_000],
    nodeEvents: [],
    endMs: 5_000,
    ...more,
  };
}

const measure = (name: string, measured: Measured) => measureAll(measured)[name];
const between = (from: number, to: number) => (dueMs: number) => dueMs >= from && dueMs < to;

test('without a failure there is no outage: MTTR and MTBF are null, each with its reason', () => {
  const quiet = run(() => 5);

  expect(outages(quiet)).toEqual([]);
  expect(measure('mttr', quiet)).toMatchObject({ value: null, n: 0, reason: 'there was no outage' });
  expect(measure('mtbf', quiet)).toMatchObject({ value: null, reason: 'no outage in 4000 ms: longer than that' });
  expect(measure('availability', quiet)).toMatchObject({ value: 1, n: 200 });
});

test('an outage lasts from the first operation without success to the last', () => {
  const isDown = between(2_000, 3_000);
  const broken = run((dueMs) => (isDown(dueMs) ? null : 5));

  expect(outages(broken)).toEqual([{ fromMs: 2_000, toMs: 2_980 }]);
  expect(measure('mttr', broken)).toMatchObject({ value: 980, n: 1, unit: 'ms' });
  expect(measure('harmToRecovery', broken)).toMatchObject({ value: 980 });
  expect(measure('mtbf', broken)).toMatchObject({ value: 3_020, n: 1 });
  expect(measure('availability', broken)).toMatchObject({ value: 150 / 200 });
  expect(measure('timeAvailability', broken)?.value).toBeCloseTo(1 - 980 / 4_000);
});

test('a stall is an outage though everything is answered in the end: an answer too late is no success', () => {
  const stalled = run((dueMs) => (between(2_000, 2_600)(dueMs) ? 2_600 - dueMs : 5));

  expect(outages(stalled)).toEqual([{ fromMs: 2_000, toMs: 2_600 }]);
  expect(measure('availability', stalled)).toMatchObject({ value: 1 });
});

test('a single failure is no outage', () => {
  expect(outages(run((dueMs) => (dueMs === 2_000 ? null : 5)))).toEqual([]);
});

test('time from the healing counts only for outages that outlast it', () => {
  const beyond = run((dueMs) => (between(3_500, 4_500)(dueMs) ? null : 5));
  const before = run((dueMs) => (between(2_000, 3_000)(dueMs) ? null : 5));

  expect(measure('healToRecovery', beyond)).toMatchObject({ value: 480, n: 1 });
  expect(measure('healToRecovery', before)).toMatchObject({ value: null });
});

test('time to detect counts the first sign of a node that was not harmed', () => {
  const event = (node: string, name: string, atMs: number) => ({ node, event: name, value: null, atMs });
  const nodeEvents = [
    event('n2', 'view-change', 1_500),
    event('n1', 'view-change', 2_010),
    event('n2', 'finalized', 2_020),
    event('n2', 'peer-disconnected', 2_100),
  ];

  expect(
    measure(
      'timeToDetect',
      run(() => 5, { nodeEvents }),
    ),
  ).toMatchObject({ value: 100, n: 1 });
  expect(
    measure(
      'timeToDetect',
      run(() => 5),
    ),
  ).toMatchObject({ value: null, reason: 'no node said that it noticed' });
  expect(
    measure(
      'timeToDetect',
      run(() => 5, { harms: [] }),
    ),
  ).toMatchObject({ reason: 'no harm was proved' });
});

test('time to the first success counts operations that fell due after the harm', () => {
  const stalled = run((dueMs) => (between(1_990, 2_400)(dueMs) ? 2_400 - dueMs : 5));

  expect(measure('timeToFirstSuccess', stalled)).toMatchObject({ value: 400 });
});

test('latency counts from the intended start, and is apart by phase', () => {
  const slower = run((dueMs) => (dueMs < 1_000 ? 10 : 40));

  expect(measure('latencyP50Baseline', slower)).toMatchObject({ value: 10, n: 50 });
  expect(measure('latencyP99Harm', slower)).toMatchObject({ value: 40, n: 200 });
  expect(measure('latencyP50Recovery', slower)).toMatchObject({ value: null });
  expect(measure('degradation', slower)).toMatchObject({ value: 4 });
  expect(measure('throughputHarm', slower)).toMatchObject({ value: 50 });
});

test('whatever the history, every metric fits the result: a finite number, or null with the reason', () => {
  const time = fc.double({ min: 0, max: 6_000, noNaN: true });
  const operation = fc.record({
    dueMs: time,
    endedMs: fc.option(time),
    outcome: fc.constantFrom('ok', 'fail', 'info'),
    isServed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation), fc.array(time), fc.boolean(), (operations, times, hasPhases) => {
      const measured = run(() => 5, {
        operations: [...operations].sort((a, b) => a.dueMs - b.dueMs),
        harms: times.map((atMs) => ({ f: 'crash', nodes: [], atMs })),
        healedAtMs: times,
        ...(hasPhases ? {} : { phases: new Map() }),
      });

      for (const found of Object.values(measureAll(measured))) {
        metricSchema.parse(found);
        expect(found.value === null).toBe(found.reason !== undefined);
      }
    }),
  );
});

test('the catalogue names each metric once', () => {
  const names = metricCatalogue.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});

test('the series puts each operation in the second of its intended start', () => {
  const series = seriesOf(run((dueMs) => (between(2_000, 3_000)(dueMs) ? null : 5)));

  expect(series).toHaveLength(5);
  expect(series[2]).toEqual({ atMs: 2_000, ok: 0, fail: 0, info: 50, p50: null, p99: null });
  expect(series[3]).toEqual({ atMs: 3_000, ok: 50, fail: 0, info: 0, p50: 5, p99: 5 });
});

test('the series counts an expectation that did not hold as served, for it was answered', () => {
  const mismatch: ScheduledOperation = { dueMs: 100, endedMs: 110, outcome: 'fail', isServed: true };

  expect(seriesOf({ operations: [mismatch] })).toEqual([{ atMs: 0, ok: 1, fail: 0, info: 0, p50: 10, p99: 10 }]);
});

describe('statistics', () => {
  test("Wilson's interval as published for 10 of 20, and none beyond 0 and 1", () => {
    const found = shareOf(10, 20, '');
    expect(found.interval?.[0]).toBeCloseTo(0.2993, 4);
    expect(found.interval?.[1]).toBeCloseTo(0.7007, 4);
    expect(shareOf(20, 20, '').interval?.[1]).toBeLessThanOrEqual(1);
  });

  test("Student's interval for 1, 2, 3", () => {
    expect(meanOf([1, 2, 3], '')).toMatchObject({ value: 2, n: 3 });
    // 2 ± 4.303 × 1 ÷ √3
    expect(meanOf([1, 2, 3], '').interval?.[1]).toBeCloseTo(4.484, 2);
    expect(meanOf([5], '').interval).toBeNull();
  });

  test.each([
    [11, 2.201],
    [20, 2.086],
    [30, 2.042],
    [120, 1.98],
  ])("Student's t with %d degrees of freedom is %d", (degrees, t) => {
    expect(studentT(degrees)).toBeCloseTo(t, 2);
  });

  test('a quantile is a sample, and its interval holds it', () => {
    const samples = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 10 });
    fc.assert(
      fc.property(samples, fc.constantFrom(0.5, 0.9, 0.99), (values, quantile) => {
        const found = quantileOf(values, quantile, '');
        expect(values).toContain(found.value);
        expect(found.interval![0]).toBeLessThanOrEqual(found.value!);
        expect(found.interval![1]).toBeGreaterThanOrEqual(found.value!);
      }),
    );
  });
});
