import { describe, expect, test } from 'vitest';
import { detections } from './detection/catalogue.ts';
import { type MeasuredSeed, measure, summaryOf } from './detection/measure.ts';

/**
 * The first of the 20 seeds that docs/detection.md measures: all of them take two minutes of one core's time, and
 * `node packages/testkit/dist/detection/main.js` runs them.
 */
const seeds = 8;

/** Of these seeds, how many have to be caught at least: well below what was measured, since the engine may change. */
const least: Readonly<Record<string, number>> = {
  'nodes/leader-failure, healthy links': 6,
  'nodes/leader-failure, unruly links': 6,
  'nodes/multiple-failures, healthy links': 1,
  'nodes/recovery-and-rejoin, healthy links': 2,
};

const cases = detections.map((detection) => ({
  ...detection,
  title: `${detection.experiment}, ${detection.links === undefined ? 'healthy' : 'unruly'} links`,
}));

describe('in simulation', () => {
  test('each experiment has a rate that it has to reach', () => {
    expect(cases.map(({ title }) => title).sort()).toEqual(Object.keys(least).sort());
  });

  test.each(cases)(
    `$title: passes on the sound engine in ${seeds} seeds of ${seeds}, and catches $brokenNode`,
    async ({ title, brokenNode, ...detection }) => {
      const measured = await measure({ ...detection, brokenNode }, seeds);

      expect(measured.filter(({ sound }) => sound.verdict !== 'pass')).toEqual([]);
      console.info(`${title}: ${brokenNode} caught in ${summaryOf(measured)} of ${seeds} seeds`);
      expect(measured.filter(isCaught).length).toBeGreaterThanOrEqual(least[title] as number);
    },
    600_000,
  );
});

const isCaught = ({ caughtBy }: MeasuredSeed): boolean => caughtBy.length > 0;
