import type { Combined, Crypto, Digest, GroupKey, NodeIndex, Random, Share, Verifier } from '@qflow/ports';
import { fastHash } from './hash.ts';

/**
 * Threshold signatures that nobody in the world can forge, because their tags depend on a secret that never leaves this
 * closure: a share's tag comes from `sign` of its own node alone, and a proof's tag from `combine` alone, after it has
 * seen enough good shares. Fast; says nothing about real cryptography, which stands behind the same port.
 */
export interface IdealCrypto {
  /** Signs as this node and no other. */
  of(node: NodeIndex): Crypto;
  readonly verifier: Verifier;
}

export function idealCrypto(random: Random, validators: number): IdealCrypto {
  const draw = random.stream('secret');
  const secret = [draw.uint32(), draw.uint32(), draw.uint32(), draw.uint32()] as const;
  const faulty = Math.floor((validators - 1) / 3);
  const thresholds: Readonly<Record<GroupKey, number>> = { quorum: validators - faulty, result: faulty + 1 };
  const keyNumbers: Readonly<Record<GroupKey, number>> = { quorum: 1, result: 2 };

  /** @param index the signer's; −1 for the group's own proof */
  const tag = (key: GroupKey, index: number, message: Uint8Array): Uint8Array =>
    fastHash(message, [secret[0] ^ keyNumbers[key], secret[1] ^ (index + 1), secret[2], secret[3]]);

  const verifier: Verifier = {
    hash: (bytes: Uint8Array): Digest => fastHash(bytes),
    verify: (key, message, proof) => areEqual(proof, tag(key, -1, message)),
  };

  const isValidator = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < validators;
  const verifyShare = (key: GroupKey, message: Uint8Array, share: Share): boolean =>
    isValidator(share.index) && areEqual(share.signature, tag(key, share.index, message));

  const combine = (key: GroupKey, message: Uint8Array, shares: readonly Share[]): Combined => {
    const distinct = new Set(shares.map((share) => share.index)).size;
    if (shares.length !== thresholds[key] || distinct !== shares.length) {
      throw new RangeError(
        `The ${key} key needs ${thresholds[key]} shares of distinct nodes, not ${shares.length} of ${distinct}.`,
      );
    }
    const bad = shares.filter((share) => !verifyShare(key, message, share));
    return bad.length > 0 ? { badShares: bad.map((share) => share.index) } : { proof: tag(key, -1, message) };
  };

  return {
    verifier,
    of(node) {
      if (!isValidator(node)) {
        throw new RangeError(`Node ${node} is none of the ${validators} validators.`);
      }
      return {
        ...verifier,
        sign: (key, message) => ({ index: node, signature: tag(key, node, message) }),
        verifyShare,
        combine,
      };
    },
  };
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
