import type { Answer, AnswerProof, BlockHeader } from '@qflow/engine';
import { z } from 'zod';

type OkAnswer = Extract<Answer, { outcome: 'ok' }>;

const bytes = z
  .string()
  .regex(/^([0-9a-f]{2})*$/, 'must be lower-case hex')
  .transform((hex): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex')));
const count = z.int().min(0);

const proof = z.strictObject({
  path: z.array(bytes),
  position: count,
  headers: z
    .array(
      z.strictObject({
        view: count,
        parent: bytes,
        parentView: count,
        height: count,
        proposer: count,
        requestsRoot: bytes,
        stateRoot: bytes,
        resultsRoot: bytes,
      }),
    )
    .min(1),
  certificate: z.strictObject({
    kind: z.enum(['notarize', 'nullify', 'finalize']),
    view: count,
    digest: bytes,
    proof: bytes,
  }),
});

/** A proof as it stands in an answer's JSON: bytes in lower-case hex. */
export type ProofJson = z.input<typeof proof>;

/** What a client gets for a request that took its place: the result's own fields, where it stands, why to believe it. */
export function answerToJson({ request, result, proof }: OkAnswer) {
  const { client, sequence, expiresAfterView } = request;
  const { view, height } = proof.headers[0]!;
  return { ...result, client, sequence, expiresAfterView, view, height, proof: proofToJson(proof) };
}

/** All answers of a block share these, and hex takes time. */
const shared = new WeakMap<object, unknown>();

function once<Source extends object, Json>(source: Source, write: (source: Source) => Json): Json {
  const known = shared.get(source) as Json | undefined;
  if (known !== undefined) {
    return known;
  }
  const json = write(source);
  shared.set(source, json);
  return json;
}

function proofToJson({ path, position, headers, certificate }: AnswerProof): ProofJson {
  return {
    path: path.map(hex),
    position,
    headers: once(headers, (all) => all.map(headerToJson)),
    certificate: once(certificate, (one) => ({ ...one, digest: hex(one.digest), proof: hex(one.proof) })),
  };
}

function headerToJson(header: BlockHeader) {
  return {
    ...header,
    parent: hex(header.parent),
    requestsRoot: hex(header.requestsRoot),
    stateRoot: hex(header.stateRoot),
    resultsRoot: hex(header.resultsRoot),
  };
}

/** The proof of an answer that came over HTTP. Well-formed, not checked. @throws z.ZodError */
export function proofFromJson(json: unknown): AnswerProof {
  return proof.parse(json);
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
