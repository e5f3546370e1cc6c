import { hash } from 'node:crypto';
import { aggregateSignatures, PublicKey, SecretKey, Signature, verify } from '@chainsafe/blst';
import type { Crypto, Digest, GroupKey, NodeIndex, Share, Verifier } from '@qflow/ports';
import type { ClusterKeys, SecretShares } from './deal-keys.ts';
import { lagrangeCoefficients } from './lagrange.ts';

/** Checks what the group signed: BLS12-381, public keys in G1 (draft-irtf-cfrg-bls-signature, proof of possession). */
export function clusterVerifier(keys: ClusterKeys): Verifier {
  const group = { quorum: pointOf(keys.quorum.group), result: pointOf(keys.result.group) };
  return {
    hash: sha256,
    verify: (key, message, proof) => holds(message, group[key], proof),
  };
}

/** Signs as validator `self` too. Throws when a key is no point of its group. */
export function thresholdCrypto(keys: ClusterKeys, self: NodeIndex, secrets: SecretShares): Crypto {
  const verifier = clusterVerifier(keys);
  const validators = keys.quorum.shares.length;
  const secret = { quorum: secretOf(secrets.quorum), result: secretOf(secrets.result) };
  const shareKeys = { quorum: keys.quorum.shares.map(pointOf), result: keys.result.shares.map(pointOf) };

  const verifyShare = (key: GroupKey, message: Uint8Array, share: Share): boolean => {
    const publicKey = shareKeys[key][share.index];
    return publicKey !== undefined && holds(message, publicKey, share.signature);
  };

  return {
    ...verifier,
    verifyShare,

    sign: (key, message) => ({ index: self, signature: secret[key].sign(message).toBytes() }),

    combine(key, message, shares) {
      const needed = keys[key].threshold;
      if (shares.length !== needed || new Set(shares.map((share) => share.index)).size !== needed) {
        throw new RangeError(
          `Combining for the ${key} key needs ${needed} shares of distinct validators, got ${shares.length}`,
        );
      }
      const proof = sumOf(
        shares,
        lagrangeCoefficients(
          validators,
          shares.map((share) => share.index + 1),
        ),
      );
      if (proof !== undefined && verifier.verify(key, message, proof)) {
        return { proof };
      }
      return { badShares: shares.filter((share) => !verifyShare(key, message, share)).map((share) => share.index) };
    },
  };
}

export function sha256(bytes: Uint8Array): Digest {
  // In one call: twice as fast for the ledger's many small inputs as an object for each.
  return hash('sha256', bytes, 'buffer');
}

/** The sum of coefficient · share, or undefined when a share is no point at all. */
function sumOf(shares: readonly Share[], coefficients: readonly bigint[]): Uint8Array | undefined {
  try {
    const terms = shares.map((share, index) => {
      const coefficient = coefficients[index]!;
      return {
        point: Signature.fromBytes(coefficient < 0n ? negated(share.signature) : share.signature),
        bits: (coefficient < 0n ? -coefficient : coefficient).toString(2),
      };
    });
    // All terms share their doublings (Straus): one pass from the highest bit down.
    const length = Math.max(...terms.map((term) => term.bits.length));
    let sum: Signature | undefined;
    for (let bit = length; bit > 0; bit--) {
      const parts = terms.filter((term) => term.bits.at(-bit) === '1').map((term) => term.point);
      if (sum !== undefined) {
        parts.push(sum, sum);
      }
      if (parts.length > 0) {
        sum = aggregateSignatures(parts);
      }
    }
    return sum?.toBytes();
  } catch {
    return undefined;
  }
}

/** A compressed point's sign is one bit of its first byte. */
function negated(signature: Uint8Array): Uint8Array {
  const copy = new Uint8Array(signature);
  copy[0]! ^= 0x20;
  return copy;
}

function holds(message: Uint8Array, publicKey: PublicKey, signature: Uint8Array): boolean {
  try {
    // The public keys were checked when they were read; the signature comes from outside, so its group is checked here.
    return verify(message, publicKey, Signature.fromBytes(signature), false, true);
  } catch {
    return false;
  }
}

const pointOf = (hex: string): PublicKey => PublicKey.fromHex(hex, true);
const secretOf = (hex: string): SecretKey => SecretKey.fromBytes(Buffer.from(hex, 'hex'));
