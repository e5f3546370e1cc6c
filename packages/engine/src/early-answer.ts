import type { Core } from './consensus/state.ts';
import type { Answer } from './ledger/answer.ts';
import type { Request } from './ledger/request.ts';
import type { LedgerState } from './ledger/state.ts';

/**
 * The answer that a request would get if everything that waits here became final as this node sees it now. Nothing
 * certifies that, so the proof proves nothing: sound rules never ask for it.
 */
export function earlyAnswer(core: Core<LedgerState>, request: Request, bytes: Uint8Array): Answer | null {
  const { header, digest } = core.head.sealed;
  const state = core.head.executed?.state;
  if (state === undefined) {
    return null;
  }
  const position = { view: core.view, parentView: header.view, height: header.height + 1, proposer: header.proposer };
  const requests = [...core.mempool.take(Number.POSITIVE_INFINITY, () => true), bytes];
  const result = core.application.execute(state, position, requests).state.block.results.at(-1);
  if (result === undefined || result === null) {
    return null;
  }
  const certificate = { kind: 'finalize', view: header.view, digest, proof: new Uint8Array(0) } as const;
  return { outcome: 'ok', request, result, proof: { path: [], position: 0, headers: [header], certificate } };
}
