import type { Digest } from '@qflow/ports';
import { Malformed } from '../codec/malformed.ts';
import { defaultLimits, type Limits } from '../configuration.ts';
import type { Application, Executed, Position } from '../consensus/application.ts';
import type { Hash } from '../merkle/domain.ts';
import { get, remove, set } from '../merkle/map.ts';
import { rootOf, treeOf } from '../merkle/tree.ts';
import { addExpiry, withoutSoonest } from './expiries.ts';
import { applyOperation } from './operation.ts';
import { resultLeaf } from './proof.ts';
import type { Request, Result } from './request.ts';
import { decodeRequest } from './request-codec.ts';
import { emptyState, type LedgerState, requestPath, stateRoot } from './state.ts';

/** Bounds that all nodes of a cluster have to share: a request that breaks them changes nothing anywhere. */
export type LedgerLimits = Pick<Limits, 'requestBytes' | 'expiryViews'>;

/**
 * Registers that requests read, write, and compare and set, in the order of the chain, each request once.
 * A request is told from its repetition by its name (client, sequence) for as long as it may be carried out at all;
 * a client therefore repeats a request as it was, with the same expiry.
 */
export function createLedger(hash: Hash, limits: LedgerLimits = defaultLimits): Application<LedgerState> {
  return {
    genesis: () => emptyState,
    execute: (state, position, requests) => execute(hash, limits, state, position, requests),

    admits(state, view, bytes) {
      const request = readRequest(limits, view, bytes);
      return (
        request !== null &&
        request.expiresAfterView >= view &&
        get(state.answers, requestPath(hash, request)) === undefined
      );
    },
  };
}

function execute(
  hash: Hash,
  limits: LedgerLimits,
  before: LedgerState,
  { view }: Position,
  requests: readonly Uint8Array[],
): Executed<LedgerState> {
  let state = forgetExpired(before, view);
  const results: (Result | null)[] = [];
  const leaves: Digest[] = [];

  for (const bytes of requests) {
    const digest = hash(bytes);
    const request = readRequest(limits, view, bytes);
    let result: Result | null = null;
    if (request !== null) {
      [state, result] = carryOut(hash, state, view, request, digest);
    }
    results.push(result);
    leaves.push(resultLeaf(hash, digest, result));
  }

  const tree = treeOf(hash, leaves);
  state = { ...state, block: { results, tree } };
  return { state, stateRoot: stateRoot(hash, state), resultsRoot: rootOf(tree) };
}

/** Null for what no node may carry out: malformed, too large, or with an expiry too far ahead. */
function readRequest(limits: LedgerLimits, view: number, bytes: Uint8Array): Request | null {
  if (bytes.length > limits.requestBytes) {
    return null;
  }
  try {
    const request = decodeRequest(bytes);
    return request.expiresAfterView > view + limits.expiryViews ? null : request;
  } catch (thrown) {
    if (thrown instanceof Malformed) {
      return null;
    }
    throw thrown;
  }
}

function carryOut(
  hash: Hash,
  state: LedgerState,
  view: number,
  request: Request,
  digest: Digest,
): [LedgerState, Result] {
  if (request.expiresAfterView < view) {
    return [state, { kind: 'expired' }];
  }
  const path = requestPath(hash, request);
  const remembered = get(state.answers, path);
  if (remembered !== undefined) {
    return [state, remembered.result];
  }

  const { client, sequence, expiresAfterView } = request;
  const [registers, result] = applyOperation(hash, state.registers, request.operation);
  const answers = set(state.answers, path, { client, sequence, expiresAfterView, request: digest, result });
  return [{ ...state, registers, answers, expiries: addExpiry(state.expiries, expiresAfterView, path) }, result];
}

/** From here on these requests are refused for their expiry, so nobody needs to know what they came to. */
function forgetExpired(state: LedgerState, view: number): LedgerState {
  let { answers, expiries } = state;
  while (expiries !== null && expiries.afterView < view) {
    answers = remove(answers, expiries.path);
    expiries = withoutSoonest(expiries);
  }
  return { ...state, answers, expiries };
}
