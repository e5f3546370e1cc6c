import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, get, type MerkleMap, remove, set, values } from './map.ts';

const hash = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(bytes).digest());
const encodeValue = (value: string): Uint8Array => new TextEncoder().encode(value);
const digest = (map: MerkleMap<string>): string => Buffer.from(digestOf(hash, encodeValue, map)).toString('hex');

/** Paths that share long beginnings, as digests never would: the shapes that go wrong first. */
const path = fc
  .array(fc.constantFrom(0x00, 0x01, 0x10, 0xff), { minLength: 3, maxLength: 3 })
  .map((bytes) => Uint8Array.from([...new Array<number>(29).fill(0), ...bytes]));
const deed = fc.record({ path, value: fc.option(fc.string({ maxLength: 3 })) });

const apply = (map: MerkleMap<string>, deeds: readonly { path: Uint8Array; value: string | null }[]) =>
  deeds.reduce((now, { path, value }) => (value === null ? remove(now, path) : set(now, path, value)), map);

describe('a Merkle map', () => {
  test('holds what a plain map holds, in the order of the paths', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const model = new Map<string, string>();
        for (const { path, value } of deeds) {
          const key = Buffer.from(path).toString('hex');
          if (value === null) {
            model.delete(key);
          } else {
            model.set(key, value);
          }
        }
        const map = apply(null, deeds);
        for (const { path } of deeds) {
          expect(get(map, path)).toBe(model.get(Buffer.from(path).toString('hex')));
        }
        const sorted = [...model].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value);
        expect([...values(map)]).toEqual(sorted);
      }),
    );
  });

  test('has a digest that depends on its content alone, not on the way there', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const map = apply(null, deeds);
        const content = new Map<string, { path: Uint8Array; value: string }>();
        for (const { path } of deeds) {
          const value = get(map, path);
          if (value !== undefined) {
            content.set(Buffer.from(path).toString('hex'), { path, value });
          }
        }
        // The second way there asks for a digest after each step, so that none is computed from a stale one.
        let other: MerkleMap<string> = null;
        for (const { path, value } of [...content.values()].reverse()) {
          other = set(other, path, value);
          digest(other);
        }
        expect(digest(map)).toBe(digest(other));
      }),
    );
  });

  test('has another digest for any other content', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), deed, (deeds, last) => {
        const before = apply(null, deeds);
        const after = apply(before, [last]);
        const isUnchanged = get(before, last.path) === (last.value ?? undefined);
        expect(digest(after) === digest(before)).toBe(isUnchanged);
      }),
    );
  });

  test('leaves older versions as they were', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), fc.array(deed, { maxLength: 20 }), (deeds, more) => {
        const before = apply(null, deeds);
        const content = [...values(before)];
        const was = digest(before);
        digest(apply(before, more));
        expect([...values(before)]).toEqual(content);
        expect(digest(apply(null, deeds))).toBe(was);
      }),
    );
  });
});
