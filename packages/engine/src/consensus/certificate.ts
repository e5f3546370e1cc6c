import type { Digest } from '@qflow/ports';

/**
 * The three statements of Simplex (Chan and Pass, TCC 2023): `notarize` a block, `nullify` a view that timed out
 * (the paper's dummy block), `finalize` a view.
 */
export type VoteKind = 'notarize' | 'nullify' | 'finalize';

/** A quorum's statement about a view, as one threshold signature. `digest` is the block's; 32 zero bytes for nullify. */
export interface Certificate {
  readonly kind: VoteKind;
  readonly view: number;
  readonly digest: Digest;
  readonly proof: Uint8Array;
}
