import type { BlockHeader } from '../consensus/block.ts';
import type { Certificate } from '../consensus/certificate.ts';
import type { Request, Result } from './request.ts';

/**
 * A result and why to believe it: a Merkle path leads from (request, result) to the results root in the first header;
 * each header names the digest of the one before it as its parent; the certificate finalises the last.
 * Whoever holds the cluster's public keys can check it, and needs to trust no node.
 */
export interface AnswerProof {
  readonly path: readonly Uint8Array[];
  /** The leaf's place among the block's results, from 0. */
  readonly position: number;
  readonly headers: readonly BlockHeader[];
  readonly certificate: Certificate;
}

/** How a submitted request ended. No answer at all means that nobody can tell yet. */
export type Answer =
  | { readonly outcome: 'ok'; readonly request: Request; readonly result: Result; readonly proof: AnswerProof }
  | { readonly outcome: 'fail'; readonly reason: FailureReason };

/** Each of these says that the request surely did not take effect, and that this node will not make it. */
export type FailureReason =
  /** Its last view has passed without it. */
  | 'expired'
  /** Too many requests wait already. */
  | 'overloaded'
  /** Larger than the limit, or its expiry is too far ahead. */
  | 'refused'
  /** The node cannot store anything now. */
  | 'storage-failed';
