import type { NodeIndex } from './network.ts';

/** SHA-256 of something, 32 bytes. */
export type Digest = Uint8Array;

/** The two keys that genesis deals: `quorum` needs n − ⌊(n−1)/3⌋ shares, `result` needs f + 1. */
export type GroupKey = 'quorum' | 'result';

/** One node's part of a threshold signature. The index is part of it: combining depends on who signed. */
export interface Share {
  readonly index: NodeIndex;
  readonly signature: Uint8Array;
}

/** Either the group's signature, verified as a whole, or who spoiled it. */
export type Combined = { readonly proof: Uint8Array } | { readonly badShares: readonly NodeIndex[] };

/** What anyone needs to check what the group signed. */
export interface Verifier {
  hash(bytes: Uint8Array): Digest;
  verify(key: GroupKey, message: Uint8Array, proof: Uint8Array): boolean;
}

/** What a validator needs to sign with its part of the group's keys. Synchronous throughout. */
export interface Crypto extends Verifier {
  sign(key: GroupKey, message: Uint8Array): Share;
  verifyShare(key: GroupKey, message: Uint8Array, share: Share): boolean;

  /**
   * Combines shares of distinct indices, exactly as many as the key's threshold needs.
   * Verifies the whole first, single shares only when it does not hold.
   */
  combine(key: GroupKey, message: Uint8Array, shares: readonly Share[]): Combined;
}
