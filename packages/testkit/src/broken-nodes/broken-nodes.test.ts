import { describe, expect, test } from 'vitest';
import { type ConsensusRun, type Oracle, runConsensus } from '../worlds/consensus-run.ts';
import { smallQuorumCrypto } from '../worlds/small-quorum-crypto.ts';
import { brokenNodes } from './catalogue.ts';

/** Seeds that each broken node gets, and in how many of them it has to be caught at least. */
const seeds = 60;
const least: Readonly<Record<string, number>> = {
  'double-vote': 2,
  'votes-not-durable': 15,
  'quorum-too-small': 4,
  'parent-certificate-ignored': 20,
  'finalize-after-timeout': 20,
  'acknowledges-before-quorum': 20,
};

function runBroken(name: string, seed: number): ConsensusRun {
  const rules = brokenNodes.find((broken) => broken.name === name)?.rules;
  if (rules === undefined) {
    throw new Error(`There is no broken node "${name}".`);
  }
  // Keys have to be dealt for the broken quorum, too.
  return name === 'quorum-too-small'
    ? runConsensus({ seed, rules, crypto: smallQuorumCrypto, malicious: false })
    : runConsensus({ seed, rules });
}

describe('a cluster of broken nodes', () => {
  test('is known for each of them', () => {
    expect(brokenNodes.map(({ name }) => name).sort()).toEqual(Object.keys(least).sort());
  });

  test.each(Object.entries(least))(
    'is caught: %s, in at least %i seeds',
    (name, atLeast) => {
      const caughtBy = new Map<Oracle, number>();
      let caught = 0;
      for (let seed = 1; seed <= seeds; seed += 1) {
        const { violations } = runBroken(name, seed);
        caught += violations.size > 0 ? 1 : 0;
        for (const oracle of violations.keys()) {
          caughtBy.set(oracle, (caughtBy.get(oracle) ?? 0) + 1);
        }
      }
      const byOracle = [...caughtBy].map(([oracle, count]) => `${oracle} ${count}`).join(', ');
      console.info(`${name}: caught in ${caught} of ${seeds} seeds (${byOracle})`);
      expect(caught).toBeGreaterThanOrEqual(atLeast);
    },
    900_000,
  );
});
