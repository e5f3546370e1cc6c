import { hex } from './digest.ts';
import type { Core } from './state.ts';

/** Whether a notarized block with requests in it is not final yet. One that is not held may have requests. */
export function isUnfinished<State>(core: Core<State>): boolean {
  const tip = core.notarized;
  if (tip === null || tip.view <= core.head.sealed.header.view) {
    return false;
  }
  const { blocks, complete } = core.chain.path(hex(tip.digest), core.head.sealed);
  return !complete || blocks.some(({ sealed }) => sealed.block.requests.length > 0);
}

/**
 * Whether anything waits to become final, as far as this node knows. When nothing does, it is silent: no timers, no
 * messages but answers.
 */
export function hasWork<State>(core: Core<State>): boolean {
  return (
    core.mempool.size > 0 || core.wanted.size > 0 || isCatchingUp(core) || votedForRequests(core) || isUnfinished(core)
  );
}

export const isCatchingUp = <State>(core: Core<State>): boolean =>
  core.decided !== null && core.decided.view > core.head.sealed.header.view;

function votedForRequests<State>(core: Core<State>): boolean {
  const vote = core.rounds.get(core.view)?.own.notarize ?? null;
  const block = vote === null ? undefined : core.chain.get(hex(vote.digest));
  return block !== undefined && block.sealed.block.requests.length > 0;
}
