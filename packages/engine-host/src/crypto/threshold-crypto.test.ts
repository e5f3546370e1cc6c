import { hkdfSync } from 'node:crypto';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { Share } from '@qflow/ports';
import { cryptoCompliance } from '@qflow/ports/compliance';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealKeys, thresholds } from './deal-keys.ts';
import { lagrangeScale } from './lagrange.ts';
import { modulo, scalarFromBytes } from './scalar.ts';
import { clusterVerifier, thresholdCrypto } from './threshold-crypto.ts';

const derive = (name: string) => new Uint8Array(hkdfSync('sha256', 'seed', '', name, 48));
const message = new TextEncoder().encode('notarize view 7');

function group(validators: number) {
  const { cluster, secrets } = dealKeys(validators, derive);
  return { cluster, secrets, members: secrets.map((secret, self) => thresholdCrypto(cluster, self, secret)) };
}
const groups = new Map([1, 2, 4, 5, 7, 10, 16].map((validators) => [validators, group(validators)]));

for (const validators of [4, 7]) {
  cryptoCompliance(`threshold BLS for ${validators}`, () => {
    const { cluster, members } = groups.get(validators)!;
    return { validators: members, verifier: clusterVerifier(cluster) };
  });
}

describe.each([...groups.keys()])('%i validators', (validators) => {
  const { cluster, members } = groups.get(validators)!;
  const { quorum } = thresholds(validators);

  test('any quorum of them makes the same signature, which one group key verifies', () => {
    const shares = members.map((member) => member.sign('quorum', message));
    const proofs = new Set<string>();
    fc.assert(
      fc.property(fc.shuffledSubarray(shares, { minLength: quorum, maxLength: quorum }), (some) => {
        const combined = members[0]!.combine('quorum', message, some);
        if (!('proof' in combined)) {
          throw new Error(`bad shares: ${combined.badShares}`);
        }
        expect(clusterVerifier(cluster).verify('quorum', message, combined.proof)).toBe(true);
        proofs.add(Buffer.from(combined.proof).toString('hex'));
      }),
      { numRuns: 8 },
    );
    expect(proofs.size).toBe(1);
  });

  test('the result key needs f + 1', () => {
    const shares = members.map((member) => member.sign('result', message)).slice(-thresholds(validators).result);
    const combined = members[0]!.combine('result', message, shares);

    expect('proof' in combined && members[0]!.verify('result', message, combined.proof)).toBe(true);
    expect('proof' in combined && members[0]!.verify('quorum', message, combined.proof)).toBe(false);
  });
});

describe('four validators', () => {
  const { cluster, members } = groups.get(4)!;
  const shares = members.map((member) => member.sign('quorum', message));
  const proof = (() => {
    const combined = members[0]!.combine('quorum', message, shares.slice(0, 3));
    return 'proof' in combined ? combined.proof : new Uint8Array();
  })();

  test('name who spoiled a combination: another message, another index, another key, noise, nothing', () => {
    const spoiled: [Share, number][] = [
      [members[1]!.sign('quorum', new Uint8Array([1])), 1],
      [{ index: 1, signature: shares[3]!.signature }, 1],
      [members[1]!.sign('result', message), 1],
      [{ index: 1, signature: new Uint8Array(96).fill(7) }, 1],
      [{ index: 1, signature: new Uint8Array() }, 1],
      [{ index: 9, signature: shares[3]!.signature }, 9],
    ];
    for (const [bad, index] of spoiled) {
      expect(members[0]!.combine('quorum', message, [shares[0]!, bad, shares[2]!])).toEqual({ badShares: [index] });
    }
  });

  test('refuse to combine too few, too many, or one share twice', () => {
    expect(() => members[0]!.combine('quorum', message, shares.slice(0, 2))).toThrow(RangeError);
    expect(() => members[0]!.combine('quorum', message, shares)).toThrow(RangeError);
    expect(() => members[0]!.combine('quorum', message, [shares[0]!, shares[0]!, shares[1]!])).toThrow(RangeError);
  });

  test('verify single shares by their own keys', () => {
    expect(members[0]!.verifyShare('quorum', message, shares[2]!)).toBe(true);
    expect(members[0]!.verifyShare('quorum', message, { ...shares[2]!, index: 1 })).toBe(false);
    expect(members[0]!.verifyShare('result', message, shares[2]!)).toBe(false);
  });

  test('accept no flipped bit, no other length and no point at infinity', () => {
    const { verify } = clusterVerifier(cluster);
    for (let byte = 0; byte < proof.length; byte++) {
      const flipped = new Uint8Array(proof);
      flipped[byte]! ^= 1;
      expect(verify('quorum', message, flipped)).toBe(false);
    }
    const infinity = new Uint8Array(96);
    infinity[0] = 0xc0;
    for (const wrong of [new Uint8Array(), proof.slice(1), infinity]) {
      expect(verify('quorum', message, wrong)).toBe(false);
    }
  });

  test('sign bit for bit like an independent implementation with the whole secret', () => {
    const secret = modulo(scalarFromBytes(derive('quorum 0')) * lagrangeScale(4));
    const { longSignatures } = bls12_381;
    const hashed = longSignatures.hash(message, 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_');
    const key = Buffer.from(secret.toString(16).padStart(64, '0'), 'hex');

    expect(Buffer.from(longSignatures.getPublicKey(key).toBytes()).toString('hex')).toBe(cluster.quorum.group);
    expect(longSignatures.sign(hashed, key).toBytes()).toEqual(new Uint8Array(proof));
    expect(longSignatures.verify(proof, hashed, Buffer.from(cluster.quorum.group, 'hex'))).toBe(true);
  });
});
