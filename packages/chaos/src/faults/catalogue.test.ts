import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultCatalogue, faultFrom } from './catalogue.ts';
import type { FaultData } from './fault.ts';

const count = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('tolerance'));
const nodes = fc.oneof(
  fc.constant('leader'),
  fc.record({ role: fc.constantFrom('leader', 'follower', 'any'), count }),
  fc.record({ names: fc.array(fc.string(), { minLength: 1, maxLength: 3 }) }),
  fc.record({ sameAs: fc.string() }),
);
const kinds = Object.keys(faultCatalogue) as (keyof typeof faultCatalogue)[];

test('every fault comes back from its data, through JSON too', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), nodes, fc.constantFrom('tear', 'flip'), (kind, selection, how) => {
      const data = { kind, nodes: selection, ...(kind === 'damage-log' ? { how } : {}) } as unknown as FaultData;

      const fault = faultFrom(JSON.parse(JSON.stringify(data)) as FaultData);

      expect(fault.data).toEqual(data);
      expect(faultFrom(fault.data).describe()).toBe(fault.describe());
      expect(fault.needs.length).toBeGreaterThan(0);
    }),
  );
});

test.each([
  [{ kind: 'melt', nodes: 'leader' }],
  [{ kind: 'crash', nodes: 'nobody' }],
  [{ kind: 'crash', nodes: 'leader', force: true }],
  [{ kind: 'damage-log', nodes: 'leader' }],
])('refuses %j', (data) => {
  expect(() => faultFrom(data)).toThrow();
});
