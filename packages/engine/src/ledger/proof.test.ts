import { createHash } from 'node:crypto';
import type { Verifier } from '@qflow/ports';
import { describe, expect, test } from 'vitest';
import type { BlockHeader } from '../consensus/block.ts';
import type { Certificate } from '../consensus/certificate.ts';
import { headerDigest } from '../consensus/sealed-block.ts';
import { statementBytes } from '../consensus/statement.ts';
import type { AnswerProof } from './answer.ts';
import { createLedger } from './ledger.ts';
import { proveResult, verifyAnswer } from './proof.ts';
import type { Request, Result } from './request.ts';
import { encodeRequest } from './request-codec.ts';

const hash = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(bytes).digest());
/** Stands in for the group's signature: only this file knows the key. */
const sign = (message: Uint8Array): Uint8Array => hash(Uint8Array.of(42, ...message));
const verifier: Verifier = {
  hash,
  verify: (key, message, proof) => key === 'quorum' && Buffer.compare(sign(message), proof) === 0,
};
const place = { cluster: 'test', epoch: 1 };

interface Claim {
  readonly request: Request;
  readonly result: Result;
  readonly proof: AnswerProof;
}

/** An answer from the middle of a block of five, made final by the block after it. */
function soundClaim(): Claim {
  const ledger = createLedger(hash);
  const requests = Array.from(
    { length: 5 },
    (_, sequence): Request => ({
      client: 'c',
      sequence,
      expiresAfterView: 50,
      operation: { kind: 'write', key: `k${sequence}`, value: 'v' },
    }),
  );
  const position = { view: 7, parentView: 6, height: 4, proposer: 2 };
  const { state, stateRoot, resultsRoot } = ledger.execute(ledger.genesis(), position, requests.map(encodeRequest));
  const requestsRoot = hash(Uint8Array.of(1));
  const first: BlockHeader = { ...position, parent: hash(Uint8Array.of(2)), requestsRoot, stateRoot, resultsRoot };
  const next = { view: 9, parentView: 7, height: 5, proposer: 2 };
  const after = ledger.execute(state, next, []);
  const second: BlockHeader = {
    ...next,
    parent: headerDigest(hash, first),
    requestsRoot: hash(Uint8Array.of(3)),
    stateRoot: after.stateRoot,
    resultsRoot: after.resultsRoot,
  };
  const said = { kind: 'finalize', view: 9, digest: headerDigest(hash, second) } as const;
  const certificate: Certificate = { ...said, proof: sign(statementBytes(place, said)) };
  return {
    request: requests[3] as Request,
    result: state.block.results[3] as Result,
    proof: { path: proveResult(state.block, 3), position: 3, headers: [first, second], certificate },
  };
}

const verdict = ({ request, result, proof }: Claim, where = place) =>
  verifyAnswer(verifier, where, request, result, proof);

/** Every variant of a value in which one byte, number or word is another. */
function* variants(value: unknown): Generator<unknown> {
  if (value instanceof Uint8Array) {
    for (let index = 0; index < value.length; index += 1) {
      yield value.map((byte, at) => (at === index ? byte ^ 1 : byte));
    }
    yield value.subarray(1);
    yield Uint8Array.of(...value, 0);
  } else if (typeof value === 'number') {
    yield value + 1;
    yield -value - 1;
  } else if (typeof value === 'string') {
    yield `${value}x`;
  } else if (Array.isArray(value)) {
    yield value.slice(1);
    yield value.slice(0, -1);
    yield [...value, value.at(-1)];
    for (let index = 0; index < value.length; index += 1) {
      for (const variant of variants(value[index])) {
        yield value.with(index, variant);
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      for (const variant of variants(inner)) {
        yield { ...value, [name]: variant };
      }
    }
  }
}

describe('an answer', () => {
  test('is believed with a sound proof', () => {
    expect(verdict(soundClaim())).toEqual({ valid: true });
  });

  test('is refused when anything about it is changed', () => {
    const claim = soundClaim();
    let tried = 0;
    for (const forged of variants(claim)) {
      expect(verdict(forged as Claim).valid, JSON.stringify(forged)).toBe(false);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(400);
  });

  test('is refused when it comes from another cluster or epoch', () => {
    expect(verdict(soundClaim(), { ...place, cluster: 'other' }).valid).toBe(false);
    expect(verdict(soundClaim(), { ...place, epoch: 2 }).valid).toBe(false);
  });

  test('says what is wrong with it', () => {
    const claim = soundClaim();
    expect(verdict({ ...claim, result: { kind: 'written', version: 9 } })).toEqual({
      valid: false,
      reason: 'Block 4 does not hold this result of this request.',
    });
    const certificate: Certificate = { ...claim.proof.certificate, kind: 'notarize' };
    expect(verdict({ ...claim, proof: { ...claim.proof, certificate } })).toEqual({
      valid: false,
      reason: 'The certificate does not make block 5 final.',
    });
  });
});
