import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Codec, decode, encode, type ValueOf } from './codec.ts';
import { list, optional, struct, union } from './composites.ts';
import { Malformed } from './malformed.ts';
import { boolean, bytes, fixedBytes, text, uint } from './scalars.ts';

const everything = struct({
  count: uint(),
  flag: boolean,
  digest: fixedBytes(4),
  note: bytes({ atMost: 20 }),
  name: text({ atMost: 40 }),
  votes: list(struct({ voter: uint(15), reason: optional(text({ atMost: 12 })) }), { atMost: 5 }),
  operation: union('kind', {
    read: [1, struct({ key: text({ atMost: 12 }) })],
    write: [2, struct({ key: text({ atMost: 12 }), value: optional(uint()) })],
  }),
});

const binary = (bounds: { minLength: number; maxLength: number }) =>
  fc.uint8Array(bounds).map((view) => Uint8Array.from(view));
const shortText = (units: number) =>
  fc.string({ unit: 'grapheme', maxLength: units, size: 'max' }).filter((value) => Buffer.byteLength(value) <= 12);

const anything = fc.record({
  count: fc.maxSafeNat(),
  flag: fc.boolean(),
  digest: binary({ minLength: 4, maxLength: 4 }),
  note: binary({ minLength: 0, maxLength: 20 }),
  name: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => Buffer.byteLength(value) <= 40),
  votes: fc.array(fc.record({ voter: fc.nat(15), reason: fc.option(shortText(8)) }), { maxLength: 5 }),
  operation: fc.oneof(
    fc.record({ kind: fc.constant('read' as const), key: shortText(8) }),
    fc.record({ kind: fc.constant('write' as const), key: shortText(8), value: fc.option(fc.maxSafeNat()) }),
  ),
});

describe('a codec', () => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(decode(everything, encode(everything, value))).toEqual(value);
      }),
    );
  });

  test('refuses every truncation and every trailing byte', () => {
    fc.assert(
      fc.property(anything, fc.nat(255), (value, extra) => {
        const whole = encode(everything, value);
        for (let length = 0; length < whole.length; length += 1) {
          expect(() => decode(everything, whole.subarray(0, length))).toThrow(Malformed);
        }
        expect(() => decode(everything, Uint8Array.of(...whole, extra))).toThrow(Malformed);
      }),
      { numRuns: 50 },
    );
  });

  test('reads no bytes but those that it would write', () => {
    const mutated = fc.tuple(anything, fc.nat(), fc.nat(255)).map(([value, place, byte]) => {
      const whole = encode(everything, value);
      whole[place % whole.length] = byte;
      return whole;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, binary({ minLength: 0, maxLength: 40 })), (candidate) => {
        let value: ValueOf<typeof everything>;
        try {
          value = decode(everything, candidate);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Malformed);
          return;
        }
        expect(encode(everything, value)).toEqual(candidate);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['a number longer than needed', uint(), [0x80, 0x00]],
    ['a number above 2^53 - 1', uint(), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]],
    ['a number without an end', uint(), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a number above its bound', uint(3), [4]],
    ['a boolean of 2', boolean, [2]],
    ['an overlong text', text({ atMost: 2 }), [3, 65, 65, 65]],
    ['bytes that are no UTF-8', text({ atMost: 9 }), [1, 0xff]],
    ['a surrogate in UTF-8', text({ atMost: 9 }), [3, 0xed, 0xa0, 0x80]],
    ['a longer form of a letter', text({ atMost: 9 }), [2, 0xc1, 0x81]],
    ['a list that claims more than it may', list(boolean, { atMost: 1 }), [2, 0, 0]],
    ['an unknown tag', union('kind', { a: [1, struct({})] }), [2]],
  ] as [string, Codec<unknown>, number[]][])('refuses %s', (_what, codec, encoded) => {
    expect(() => decode(codec, Uint8Array.from(encoded))).toThrow(Malformed);
  });

  test('keeps a byte order mark, which is a character like others', () => {
    const codec = text({ atMost: 9 });
    expect(decode(codec, encode(codec, '\uFEFFa'))).toBe('\uFEFFa');
  });

  test('refuses to write what it would not read', () => {
    expect(() => encode(uint(), -1)).toThrow(Malformed);
    expect(() => encode(uint(), 1.5)).toThrow(Malformed);
    expect(() => encode(text({ atMost: 9 }), '\uD800')).toThrow(Malformed);
    expect(() => encode(fixedBytes(2), new Uint8Array(3))).toThrow(Malformed);
  });

  test('names the offending field by its path', () => {
    const value = {
      count: 1,
      flag: true,
      digest: new Uint8Array(4),
      note: new Uint8Array(0),
      name: '',
      votes: [
        { voter: 1, reason: null },
        { voter: 16, reason: null },
      ],
      operation: { kind: 'read', key: 'k' } as const,
    };
    expect(() => encode(everything, value)).toThrow('votes[1].voter: has to be a whole number from 0 to 15');
    const tooLong = { ...value, votes: [], operation: { kind: 'read', key: 'a key far too long' } as const };
    expect(() => encode(everything, tooLong)).toThrow('operation.key: has to be 0 to 12 bytes of UTF-8 long');
  });
});
