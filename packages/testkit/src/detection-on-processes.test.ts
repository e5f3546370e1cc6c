import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExperimentResult } from '@qflow/chaos';
import { processes } from '@qflow/environments';
import { describe, expect, test } from 'vitest';
import { brokenQflow } from './broken-node/target.ts';
import { detections } from './detection/catalogue.ts';
import { caughtBy, type Detection } from './detection/detection.ts';
import { experimentNamed } from './detection/measure.ts';
import { runOnce } from './detection/run.ts';

/** Real machines do not replay, and not every seed meets the moment: docs/detection.md has the rates. */
const attempts = 3;

/** What one run came to, in short; `checks` are those that caught the broken node. */
interface Attempt {
  readonly seed: number;
  readonly checks: readonly string[];
  readonly verdict: ExperimentResult['verdict'];
  readonly reason: string;
}

async function attempt(detection: Detection, seed: number): Promise<Attempt> {
  const { brokenNode, timing = {}, trustsNodes = false } = detection;
  const directory = mkdtempSync(join(tmpdir(), 'qflow-detection-'));
  try {
    const { result } = await runOnce({
      experiment: experimentNamed(detection.experiment),
      environment: processes(),
      target: brokenQflow(brokenNode, { timing, trustsNodes }),
      seed,
      directory,
    });
    const { verdict, reason } = result;
    return { seed, checks: caughtBy(detection, result), verdict, reason };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('on processes', () => {
  test.for(detections.filter(({ links }) => links === undefined))(
    `$experiment catches $brokenNode, for the right reason, in one of at most ${attempts} runs`,
    async (detection) => {
      const made: Attempt[] = [];
      for (let seed = 1; seed <= attempts; seed += 1) {
        const one = await attempt(detection, seed);
        made.push(one);
        if (one.checks.length > 0) {
          console.info(
            `${detection.experiment}, seed ${seed}: ${detection.brokenNode} caught by ${one.checks.join(', ')}: ${one.reason}`,
          );
          return;
        }
      }
      const found = made.map(({ seed, verdict, reason }) => `seed ${seed} ${verdict}: ${reason}`).join('; ');
      expect.fail(`not caught: ${found}`);
    },
    600_000,
  );
});
