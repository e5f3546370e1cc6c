import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, allowedNodes, BlastRadiusExceeded, limitOf, shareFor } from './gate.ts';

const experiment = { name: 'nodes/x' };

test('never lets more nodes be harmed than the tolerance, the own share and the ceiling allow', () => {
  const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), share, share, fc.nat(64), (nodes, blastRadius, ceiling, harmed) => {
      const tolerance = Math.floor((nodes - 1) / 3);
      const own = blastRadius === undefined ? experiment : { ...experiment, blastRadius };
      const radius = { nodes, tolerance, experiment: own, ceiling };

      let isAdmitted = true;
      try {
        admit(radius, harmed);
      } catch {
        isAdmitted = false;
      }

      const bounds = [
        tolerance,
        ...[blastRadius, ceiling].flatMap((one) => (one === undefined ? [] : one * nodes + 1e-9)),
      ];
      expect(isAdmitted).toBe(bounds.every((bound) => harmed <= bound));
    }),
  );
});

test('goes past the tolerance only where the experiment says so, and only as far', () => {
  const beyond = { ...experiment, beyondTolerance: { nodes: 3, why: 'to see it refuse' } };

  expect(limitOf({ nodes: 7, tolerance: 2, experiment: beyond })).toBe(3);
  expect(() => admit({ nodes: 7, tolerance: 2, experiment: beyond }, 4)).toThrow(BlastRadiusExceeded);
  expect(() => admit({ nodes: 7, tolerance: 2, experiment }, 3)).toThrow(/beyondTolerance: \{ nodes: 3, why \}/);
});

test('names the value that a ceiling would need', () => {
  expect(() => admit({ nodes: 7, tolerance: 2, experiment, ceiling: 0.1 }, 2)).toThrow(
    '"nodes/x" harms 2 of 7 nodes at once, and a blast radius of 0.1 allows 0. Give it --blast-radius 0.29 or more.',
  );
});

test('the value that it names is enough', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(), (nodes, pick) => {
      const harmed = pick % (nodes + 1);
      expect(allowedNodes(shareFor(harmed, nodes), nodes)).toBeGreaterThanOrEqual(harmed);
    }),
  );
});

test('refuses what is no number', () => {
  expect(() => admit({ nodes: 7, tolerance: 2, experiment, ceiling: Number.NaN }, 1)).toThrow(BlastRadiusExceeded);
  expect(() => admit({ nodes: 7, tolerance: 2, experiment }, Number.NaN)).toThrow(BlastRadiusExceeded);
});
