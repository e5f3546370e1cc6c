import { fastHash } from '@qflow/simulation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../codec/codec.ts';
import { Malformed } from '../codec/malformed.ts';
import { type Message, messageCodec } from './messages.ts';
import { seal, unseal } from './sealed-block.ts';

const codec = messageCodec(fastHash);
const bytes = (bounds: { minLength: number; maxLength: number }) =>
  fc.uint8Array(bounds).map((view) => Uint8Array.from(view));
const digest = bytes({ minLength: 32, maxLength: 32 });
const kind = fc.constantFrom('notarize', 'nullify', 'finalize');
const vote = fc.record({
  kind,
  view: fc.maxSafeNat(),
  digest,
  share: fc.record({ index: fc.nat(15), signature: bytes({ minLength: 0, maxLength: 96 }) }),
});
const certificate = fc.record({ kind, view: fc.maxSafeNat(), digest, proof: bytes({ minLength: 0, maxLength: 96 }) });
const block = fc
  .tuple(
    digest,
    fc.integer({ min: 1, max: 1e9 }),
    fc.nat(15),
    fc.array(bytes({ minLength: 0, maxLength: 40 }), { maxLength: 5 }),
  )
  .map(([parent, view, proposer, requests]) =>
    seal(
      fastHash,
      { view, parent, parentView: view - 1, height: view, proposer, stateRoot: parent, resultsRoot: parent },
      requests,
    ),
  );
const optionalCertificate = fc.option(certificate);
const message = fc.oneof(
  fc.record({ type: fc.constant('propose'), block, vote, justify: fc.array(certificate, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('vote'), vote }),
  fc.record({ type: fc.constant('certificates'), certificates: fc.array(certificate, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant('status'),
    question: fc.nat(),
    answers: fc.nat(),
    finalized: optionalCertificate,
    notarized: optionalCertificate,
    nullified: optionalCertificate,
    lacking: fc.maxSafeNat(),
    votes: fc.array(vote, { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('want'), digest, aboveHeight: fc.maxSafeNat() }),
  fc.record({ type: fc.constant('blocks'), blocks: fc.array(block, { maxLength: 3 }) }),
  fc.record({
    type: fc.constant('submit'),
    requests: fc.array(bytes({ minLength: 0, maxLength: 40 }), { maxLength: 3 }),
  }),
) as fc.Arbitrary<Message>;

describe('a message', () => {
  test('comes out as it went in', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(codec, encode(codec, sent))).toEqual(sent);
      }),
    );
  });

  test('with a byte changed, cut off or added is refused or is another message, and throws nothing but Malformed', () => {
    const spoiled = fc.tuple(message, fc.nat(), fc.nat(255), fc.nat(2)).map(([sent, place, byte, how]) => {
      const whole = encode(codec, sent);
      if (how === 0) {
        return whole.subarray(0, place % whole.length);
      }
      if (how === 1) {
        return Uint8Array.of(...whole, byte);
      }
      whole[place % whole.length] = byte;
      return whole;
    });
    fc.assert(
      fc.property(spoiled, (received) => {
        try {
          expect(encode(codec, decode(codec, received))).toEqual(received);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a block', () => {
  test('with other requests than its header names is refused', () => {
    const draft = { view: 2, parentView: 1, height: 2, proposer: 0 };
    const roots = {
      parent: fastHash(Uint8Array.of(1)),
      stateRoot: fastHash(Uint8Array.of(2)),
      resultsRoot: fastHash(Uint8Array.of(3)),
    };
    const sealed = seal(fastHash, { ...draft, ...roots }, [Uint8Array.of(7)]);
    const forged = sealed.bytes.slice();
    forged[forged.length - 1] = 8;
    expect(unseal(fastHash, sealed.bytes)).toEqual(sealed);
    expect(() => unseal(fastHash, forged)).toThrow('requests: are not those that the header names');
  });

  test('that does not come after its parent is refused', () => {
    const digest = fastHash(Uint8Array.of(1));
    const draft = {
      view: 2,
      parentView: 2,
      height: 1,
      proposer: 0,
      parent: digest,
      stateRoot: digest,
      resultsRoot: digest,
    };
    expect(() => unseal(fastHash, seal(fastHash, draft, []).bytes)).toThrow('header: does not come after its parent');
  });
});
