import { describe, expect, test } from 'vitest';
import { type ConsensusRun, runConsensus } from './worlds/consensus-run.ts';

const seeds = 1_000;

describe('consensus and the register ledger', () => {
  test(`hold through ${seeds} seeds of crashes, restarts, loss, partitions, a lost disk and a lying node`, () => {
    const runs: ConsensusRun[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const run = runConsensus({ seed });
      expect([...run.violations], `seed ${seed}`).toEqual([]);
      runs.push(run);
    }

    const lying = runs.filter(({ malice }) => malice !== null).length;
    const sevens = runs.filter(({ nodes }) => nodes === 7).length;
    const sum = (of: (run: ConsensusRun) => number): number => runs.reduce((total, run) => total + of(run), 0);
    const figures = { lying, sevens, answered: sum((run) => run.answered), blocks: sum((run) => run.finalizedHeight) };
    console.info(`${seeds} seeds: ${JSON.stringify(figures)}`);
    // A silent cluster violates nothing: these runs have to have had something to judge.
    expect(lying).toBeGreaterThan(seeds / 4);
    expect(sevens).toBeGreaterThan(seeds / 4);
    expect(figures.answered).toBeGreaterThan(10 * seeds);
    expect(figures.blocks).toBeGreaterThan(5 * seeds);
    expect(runs.every(({ answered }) => answered > 0)).toBe(true);
  }, 1_200_000);

  test('come out the same from the same seed', () => {
    for (const seed of [3, 8, 14]) {
      expect(runConsensus({ seed })).toEqual(runConsensus({ seed }));
    }
  });
});
