import type { NodeIndex } from '@qflow/ports';
import { castVote } from './cast-vote.ts';
import type { HeldBlock } from './chain.ts';
import { sameDigest } from './digest.ts';
import { executeOn, stateAfter } from './execute.ts';
import { justification } from './justify.ts';
import { leaderOf } from './leader-schedule.ts';
import { requestKey } from './mempool.ts';
import type { Propose } from './messages.ts';
import { storeBlock, want } from './on-blocks.ts';
import { onCertificate } from './on-certificate.ts';
import { addVote, greatestViewsAhead } from './on-vote.ts';
import { type Core, type Proposal, type Round, roundOf } from './state.ts';
import { badMessage } from './trace.ts';

/** Keeps a proposal; `judgeProposal` votes for it once it is its turn. */
export function onProposal<State>(core: Core<State>, from: NodeIndex, { block, vote, justify }: Propose): void {
  const { header } = block;
  const isOwn =
    header.proposer === from &&
    vote.share.index === from &&
    vote.kind === 'notarize' &&
    vote.view === header.view &&
    sameDigest(vote.digest, block.digest);
  if (!isOwn) {
    badMessage(core, from, 'a proposal that is not its sender’s own');
    return;
  }
  for (const certificate of justify) {
    if (!onCertificate(core, from, certificate)) {
      return;
    }
  }
  const isOfUse = header.view > core.head.sealed.header.view && header.view <= core.reached + greatestViewsAhead;
  if (!isOfUse) {
    return;
  }
  addVote(core, vote);
  const round = roundOf(core, header.view);
  const earlier = round.proposals.get(from);
  // A second proposal is of use only to a node that may vote twice.
  if (earlier === undefined || core.rules.mayNotarize({ notarized: true, nullified: false })) {
    if (earlier?.block.key !== block.key) {
      round.proposals.set(from, { block, from, verdict: 'waiting' });
      core.changed = true;
    }
  }
}

/** Votes for the proposal of the current view's leader, once everything that it rests on is known and in order. */
export function judgeProposal<State>(core: Core<State>): void {
  const round = core.rounds.get(core.view);
  const proposal = round?.proposals.get(leaderOf(core.schedule, core.view));
  if (round === undefined || proposal === undefined || proposal.verdict !== 'waiting' || core.observing !== null) {
    return;
  }
  const { own } = round;
  if (!core.rules.mayNotarize({ notarized: own.notarize !== null, nullified: own.nullify !== null })) {
    return;
  }
  const { header } = proposal.block;
  if (header.parentView < core.head.sealed.header.view) {
    tellWhatIsFinal(core, proposal);
    return;
  }
  if (!core.rules.isJustified(justification(core, header))) {
    return;
  }
  const parent = core.chain.get(proposal.block.parentKey);
  if (parent === undefined) {
    want(core, header.parent, proposal.block.parentKey, proposal.from);
    return;
  }
  if (stateAfter(core, parent, proposal.from) !== null) {
    decide(core, round, proposal, parent);
  }
}

/** The leader builds on what a later final block has overtaken: it has to learn of that one. */
function tellWhatIsFinal<State>(core: Core<State>, proposal: Proposal): void {
  proposal.verdict = 'refused';
  if (core.headCertificate !== null) {
    const message = { type: 'certificates', certificates: [core.headCertificate] } as const;
    core.effects.push({ type: 'send', to: proposal.from, message });
  }
}

function decide<State>(core: Core<State>, round: Round, proposal: Proposal, parent: HeldBlock<State>): void {
  const problem = problemOf(core, proposal, parent);
  if (problem !== null) {
    proposal.verdict = 'refused';
    badMessage(core, proposal.from, problem);
    return;
  }
  proposal.verdict = 'accepted';
  core.proposalTakenMs = core.nowMs;
  const { block } = proposal;
  const vote = castVote(core, 'notarize', round.view, block.digest);
  core.effects.push({ type: 'broadcast', message: { type: 'vote', vote } });
}

/** Stores the block when nothing is wrong with it. */
function problemOf<State>(core: Core<State>, { block }: Proposal, parent: HeldBlock<State>): string | null {
  const { requests } = block.block;
  const { limits } = core.configuration;
  const state = parent.executed?.state;
  if (state === undefined) {
    return 'a block on an unexecuted parent';
  }
  if (requests.length > limits.requestsPerBlock) {
    return `a block of ${requests.length} requests, more than ${limits.requestsPerBlock}`;
  }
  for (const request of requests) {
    if (request.length > limits.requestBytes || !core.application.admits(state, block.header.view, request)) {
      return 'a block with a request that may not stand in it';
    }
  }
  const keys = requests.map((request) => requestKey(core.crypto.hash, request));
  if (new Set(keys).size < keys.length) {
    return 'a block with the same request twice';
  }
  const executed = executeOn(core, parent, block);
  if (executed === null) {
    return 'a block whose execution gives other roots than its header';
  }
  storeBlock(core, block);
  const held = core.chain.get(block.key);
  if (held !== undefined) {
    held.executed = executed;
    held.keys = keys;
  }
  return null;
}
