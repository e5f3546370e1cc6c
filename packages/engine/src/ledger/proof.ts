import type { Digest, Verifier } from '@qflow/ports';
import { encode } from '../codec/codec.ts';
import { optional, struct } from '../codec/composites.ts';
import { Malformed } from '../codec/malformed.ts';
import { fixedBytes } from '../codec/scalars.ts';
import { sameDigest } from '../consensus/digest.ts';
import { headerDigest } from '../consensus/sealed-block.ts';
import { statementBytes } from '../consensus/statement.ts';
import type { Hash } from '../merkle/domain.ts';
import { leafDigest, pathOf, rootOfPath } from '../merkle/tree.ts';
import type { AnswerProof } from './answer.ts';
import type { Request, Result } from './request.ts';
import { encodeRequest, resultCodec } from './request-codec.ts';
import type { BlockResults } from './state.ts';

const leafCodec = struct({ request: fixedBytes(32), result: optional(resultCodec) });

/** What the results root holds of one request: the request by its digest, and what it came to. */
export const resultLeaf = (hash: Hash, request: Digest, result: Result | null): Digest =>
  leafDigest(hash, encode(leafCodec, { request, result }));

/** The Merkle path from a block's request up to the results root. @param block of the state right after that block */
export const proveResult = (block: BlockResults, position: number): readonly Digest[] => pathOf(block.tree, position);

export type Verified = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/** Checks, with the cluster's public keys alone, that a quorum made final that this request came to this result. */
export function verifyAnswer(
  verifier: Verifier,
  place: { readonly cluster: string; readonly epoch: number },
  request: Request,
  result: Result,
  proof: AnswerProof,
): Verified {
  try {
    const flaw = findFlaw(verifier, place, request, result, proof);
    return flaw === null ? { valid: true } : { valid: false, reason: flaw };
  } catch (thrown) {
    if (thrown instanceof Malformed) {
      return { valid: false, reason: `The answer is malformed: ${thrown.message}.` };
    }
    throw thrown;
  }
}

function findFlaw(
  verifier: Verifier,
  place: { readonly cluster: string; readonly epoch: number },
  request: Request,
  result: Result,
  { path, position, headers, certificate }: AnswerProof,
): string | null {
  const hash: Hash = (bytes) => verifier.hash(bytes);
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined) {
    return 'The proof has no block header.';
  }

  const leaf = resultLeaf(hash, hash(encodeRequest(request)), result);
  const root = rootOfPath(hash, leaf, position, path);
  if (root === null || !isSame(root, first.resultsRoot)) {
    return `Block ${first.height} does not hold this result of this request.`;
  }

  let digest = headerDigest(hash, first);
  for (const header of headers.slice(1)) {
    if (!isSame(header.parent, digest)) {
      return `Block ${header.height} does not follow on the one before it in the proof.`;
    }
    digest = headerDigest(hash, header);
  }

  if (certificate.kind !== 'finalize' || certificate.view !== last.view || !isSame(certificate.digest, digest)) {
    return `The certificate does not make block ${last.height} final.`;
  }
  return verifier.verify('quorum', statementBytes(place, certificate), certificate.proof)
    ? null
    : 'No quorum of the cluster signed the certificate.';
}

const isSame = (one: Digest, other: Digest): boolean =>
  one.length === 32 && other.length === 32 && sameDigest(one, other);
