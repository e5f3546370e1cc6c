import { castVote } from './cast-vote.ts';
import type { HeldBlock } from './chain.ts';
import { hex } from './digest.ts';
import { stateAfter } from './execute.ts';
import { justifyParent, parentFor } from './justify.ts';
import { leaderOf } from './leader-schedule.ts';
import { requestKeys } from './mempool.ts';
import { storeBlock, want } from './on-blocks.ts';
import { isUnfinished } from './pending-work.ts';
import { seal } from './sealed-block.ts';
import { type Core, roundOf } from './state.ts';
import { trace } from './trace.ts';

/**
 * Proposes a block when this node leads the view: with what waits, or an empty one when an earlier block waits to
 * become final and needs another on top (soon after a view that was given up, else after a moment).
 */
export function propose<State>(core: Core<State>): void {
  if (!core.proposalDue || core.observing !== null || leaderOf(core.schedule, core.view) !== core.configuration.self) {
    return;
  }
  const own = core.rounds.get(core.view)?.own;
  if ((own?.notarize ?? null) !== null || (own?.nullify ?? null) !== null) {
    return;
  }
  const unfinished = isUnfinished(core);
  if ((core.mempool.size === 0 && !unfinished) || waitsForMore(core)) {
    return;
  }
  const parent = chooseParent(core);
  const executed = parent === null ? null : stateAfter(core, parent, core.decidedBy);
  if (parent === null || executed === null) {
    return;
  }
  core.proposalDue = false;
  const requests = waitingAfter(core, parent, executed.state);
  const finishes = unfinished && (core.mayProposeEmpty || core.viewBegan !== 'notarized');
  if (requests.length > 0 || finishes) {
    proposeOn(core, parent, executed.state, requests);
  }
}

/** Whether the last proposal is too recent for another. The timer brings this node back when it no longer is. */
function waitsForMore<State>(core: Core<State>): boolean {
  const { timing, limits } = core.configuration;
  // Well within the others' patience.
  const intervalMs = Math.min(timing.blockIntervalMs, timing.viewTimeoutMs / 4);
  const leftMs = core.proposalTakenMs + intervalMs - core.nowMs;
  if (core.viewBegan !== 'notarized' || leftMs <= 0 || core.mempool.size >= limits.requestsPerBlock) {
    return false;
  }
  if (!core.blockTimer) {
    core.blockTimer = true;
    // Whole milliseconds: a fraction of one could be rounded away, and the timer come back at the same instant for ever.
    core.effects.push({ type: 'set-timer', timer: 'block', delayMs: Math.ceil(leftMs) });
  }
  return true;
}

export function onBlockDue<State>(core: Core<State>): void {
  core.blockTimer = false;
  core.proposalDue = true;
  core.changed = true;
}

function chooseParent<State>(core: Core<State>): HeldBlock<State> | null {
  if (!core.rules.extendsNotarized(core.viewBegan)) {
    return core.head;
  }
  const parent = parentFor(core);
  if (parent !== null && 'fetch' in parent) {
    want(core, parent.fetch.digest, hex(parent.fetch.digest), null);
    return null;
  }
  return parent?.block ?? null;
}

/** Requests that neither the parent nor an unfinalized ancestor holds already. */
function waitingAfter<State>(core: Core<State>, parent: HeldBlock<State>, state: State): readonly Uint8Array[] {
  const under = new Set<string>();
  for (const held of core.chain.path(parent.sealed.key, core.head.sealed).blocks) {
    for (const key of requestKeys(core.crypto.hash, held)) {
      under.add(key);
    }
  }
  return core.mempool.take(
    core.configuration.limits.requestsPerBlock,
    ({ key, bytes }) => !under.has(key) && core.application.admits(state, core.view, bytes),
  );
}

function proposeOn<State>(
  core: Core<State>,
  parent: HeldBlock<State>,
  state: State,
  requests: readonly Uint8Array[],
): void {
  const { view } = core;
  const position = {
    view,
    parentView: parent.sealed.header.view,
    height: parent.sealed.header.height + 1,
    proposer: core.configuration.self,
  };
  const executed = core.application.execute(state, position, requests);
  const { stateRoot, resultsRoot } = executed;
  const block = seal(core.crypto.hash, { ...position, parent: parent.sealed.digest, stateRoot, resultsRoot }, requests);
  const justify = justifyParent(core, parent, view);

  storeBlock(core, block);
  core.proposalTakenMs = core.nowMs;
  const held = core.chain.get(block.key);
  if (held !== undefined) {
    held.executed = executed;
  }
  trace(core, 'proposed', { view, height: position.height, digest: block.key, requests: requests.length });
  roundOf(core, view).proposals.set(position.proposer, { block, from: position.proposer, verdict: 'accepted' });
  const vote = castVote(core, 'notarize', view, block.digest);
  core.effects.push({ type: 'broadcast-proposal', message: { type: 'propose', block, vote, justify } });
}
