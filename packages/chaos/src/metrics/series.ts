import type { SeriesBucket } from '../result/result.ts';
import type { Measured, ScheduledOperation } from './measured.ts';
import { quantileOf } from './statistics.ts';

const BUCKET_MS = 1_000;

/** The workload second by second, each operation in the second of its intended start; seconds without any are left out. */
export function seriesOf({ operations }: Pick<Measured, 'operations'>): SeriesBucket[] {
  const buckets = new Map<number, ScheduledOperation[]>();
  for (const operation of operations) {
    const place = Math.floor(operation.dueMs / BUCKET_MS);
    const bucket = buckets.get(place);
    if (bucket === undefined) buckets.set(place, [operation]);
    else bucket.push(operation);
  }

  return [...buckets].map(([place, bucket]) => {
    const served = bucket.filter(({ isServed }) => isServed);
    const unserved = (wanted: ScheduledOperation['outcome']) =>
      bucket.filter(({ isServed, outcome }) => !isServed && outcome === wanted).length;
    const latencies = served.flatMap(({ endedMs, dueMs }) => (endedMs === null ? [] : [endedMs - dueMs]));
    return {
      atMs: place * BUCKET_MS,
      ok: served.length,
      fail: unserved('fail'),
      info: unserved('info'),
      p50: quantileOf(latencies, 0.5, '').value,
      p99: quantileOf(latencies, 0.99, '').value,
    };
  });
}
