import { expect } from 'vitest';
import type { Crypto, GroupKey, Share, Verifier } from '../crypto.ts';
import { type Check, type Closable, compliance } from './check.ts';

export interface CryptoSubject extends Closable {
  /** One for each validator of a cluster of at least four, in the order of their indices. */
  readonly validators: readonly Crypto[];
  /** What a client of that cluster has. */
  readonly verifier: Verifier;
}

/** Holds hashes and threshold signatures against their port. */
export const cryptoCompliance = (name: string, make: () => CryptoSubject | Promise<CryptoSubject>): void =>
  compliance(name, cryptoChecks, make);

const message = new TextEncoder().encode('a statement');
const otherMessage = new TextEncoder().encode('a statemenT');
const keys: readonly GroupKey[] = ['quorum', 'result'];
const otherKey = (key: GroupKey): GroupKey => (key === 'quorum' ? 'result' : 'quorum');

function thresholdOf({ validators }: CryptoSubject, key: GroupKey): number {
  const faulty = Math.floor((validators.length - 1) / 3);
  return key === 'quorum' ? validators.length - faulty : faulty + 1;
}

/** Just enough shares, beginning with validator `first` and going round. */
function sharesFrom(subject: CryptoSubject, key: GroupKey, first: number): Share[] {
  const { validators } = subject;
  return Array.from({ length: thresholdOf(subject, key) }, (_, step) =>
    (validators[(first + step) % validators.length] as Crypto).sign(key, message),
  );
}

function proofFrom(subject: CryptoSubject, key: GroupKey, first = 0): Uint8Array {
  const combined = firstOf(subject).combine(key, message, sharesFrom(subject, key, first));
  if (!('proof' in combined)) {
    throw new Error(`Sound shares of the ${key} key do not combine: ${combined.badShares} are called bad.`);
  }
  return combined.proof;
}

const firstOf = ({ validators }: CryptoSubject): Crypto => validators[0] as Crypto;
const altered = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte));

export const cryptoChecks: readonly Check<CryptoSubject>[] = [
  {
    name: 'hashes to 32 bytes, alike for everyone and for every place in memory',
    run(subject) {
      const { verifier, validators } = subject;
      const digest = Uint8Array.from(verifier.hash(message));
      expect(digest).toHaveLength(32);
      const elsewhere = Uint8Array.of(9, ...message, 9).subarray(1, -1);
      for (const each of [verifier, ...validators]) {
        expect(Uint8Array.from(each.hash(elsewhere))).toEqual(digest);
      }
    },
  },
  {
    name: 'hashes what differs in anything to something else',
    run({ verifier }) {
      const digests = new Set<string>();
      let count = 0;
      for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 64, 200]) {
        for (const fill of [0, 1, 255]) {
          const bytes = new Uint8Array(length).fill(fill);
          for (let index = -1; index < length; index += 1) {
            // −1 leaves it as it is.
            digests.add(verifier.hash(bytes.map((byte, at) => (at === index ? byte ^ 0x40 : byte))).join());
            count += 1;
          }
        }
      }
      // The empty input counts three times, and a single byte is flipped to nothing that was there before.
      expect(digests.size).toBe(count - 2);
    },
  },
  {
    name: 'signs with its own index, for one key and one message',
    run({ validators }) {
      validators.forEach((signer, index) => {
        for (const key of keys) {
          const share = signer.sign(key, message);
          const judge = validators[(index + 1) % validators.length] as Crypto;
          expect(share.index).toBe(index);
          expect(judge.verifyShare(key, message, share)).toBe(true);
          expect(judge.verifyShare(key, otherMessage, share)).toBe(false);
          expect(judge.verifyShare(otherKey(key), message, share)).toBe(false);
        }
      });
    },
  },
  {
    name: 'takes no share that was altered, or that claims another index',
    run(subject) {
      const { validators } = subject;
      const judge = firstOf(subject);
      const share = judge.sign('quorum', message);
      expect(judge.verifyShare('quorum', message, { ...share, signature: altered(share.signature) })).toBe(false);
      expect(judge.verifyShare('quorum', message, { ...share, signature: new Uint8Array(0) })).toBe(false);
      for (const index of [1, validators.length, -1, 0.5]) {
        expect(judge.verifyShare('quorum', message, { ...share, index })).toBe(false);
      }
    },
  },
  {
    name: 'combines any large enough group of shares to a proof that holds for everyone',
    run(subject) {
      for (const key of keys) {
        for (let first = 0; first < subject.validators.length; first += 1) {
          const proof = proofFrom(subject, key, first);
          for (const each of [subject.verifier, firstOf(subject)]) {
            expect(each.verify(key, message, proof)).toBe(true);
          }
        }
      }
    },
  },
  {
    name: 'takes no proof for another key or message, nor an altered one',
    run(subject) {
      const { verifier } = subject;
      for (const key of keys) {
        const proof = proofFrom(subject, key);
        expect(verifier.verify(otherKey(key), message, proof)).toBe(false);
        expect(verifier.verify(key, otherMessage, proof)).toBe(false);
        for (const forged of [altered(proof), proof.subarray(1), Uint8Array.of(...proof, 0), new Uint8Array(0)]) {
          expect(verifier.verify(key, message, forged)).toBe(false);
        }
        expect(verifier.verify(key, message, new Uint8Array(proof.length))).toBe(false);
      }
    },
  },
  {
    name: 'takes no single share for a proof',
    run(subject) {
      for (const key of keys) {
        expect(subject.verifier.verify(key, message, firstOf(subject).sign(key, message).signature)).toBe(false);
      }
    },
  },
  {
    name: 'names who spoiled a proof, and nobody else',
    run(subject) {
      const [first, second, ...rest] = sharesFrom(subject, 'quorum', 0) as [Share, Share, ...Share[]];
      const forAnother = firstOf(subject).sign('quorum', otherMessage);
      const damaged = { ...second, signature: altered(second.signature) };
      const borrowed = { index: second.index, signature: first.signature };
      for (const [shares, bad] of [
        [[forAnother, second, ...rest], [0]],
        [[first, damaged, ...rest], [1]],
        [[first, borrowed, ...rest], [1]],
        [
          [forAnother, damaged, ...rest],
          [0, 1],
        ],
      ] as [Share[], number[]][]) {
        expect(firstOf(subject).combine('quorum', message, shares)).toEqual({ badShares: bad });
      }
    },
  },
  {
    name: 'refuses to combine too few shares, too many, or one twice',
    run(subject) {
      for (const key of keys) {
        const shares = sharesFrom(subject, key, 0);
        const extra = (subject.validators[shares.length] as Crypto).sign(key, message);
        const repeated = [...shares.slice(1), shares.at(-1) as Share];
        for (const wrong of [shares.slice(1), [...shares, extra], repeated]) {
          expect(() => firstOf(subject).combine(key, message, wrong)).toThrow(RangeError);
        }
      }
    },
  },
];
