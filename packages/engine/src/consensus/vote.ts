import type { Digest, Share } from '@qflow/ports';
import type { VoteKind } from './certificate.ts';

/** One validator's statement about a view; `share.index` is the voter. `digest` is 32 zero bytes for nullify. */
export interface Vote {
  readonly kind: VoteKind;
  readonly view: number;
  readonly digest: Digest;
  readonly share: Share;
}
