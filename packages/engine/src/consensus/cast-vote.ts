import type { Digest } from '@qflow/ports';
import type { VoteKind } from './certificate.ts';
import { hex, noDigest, sameDigest } from './digest.ts';
import { addVote } from './on-vote.ts';
import { type Core, roundOf } from './state.ts';
import { statementBytes } from './statement.ts';
import { trace } from './trace.ts';
import type { Vote } from './vote.ts';

/** Signs, stores and counts a vote of this node. The caller asked the rules, and sends it. */
export function castVote<State>(core: Core<State>, kind: VoteKind, view: number, digest: Digest): Vote {
  const message = statementBytes(core.configuration, { kind, view, digest });
  const vote: Vote = { kind, view, digest, share: core.crypto.sign('quorum', message) };
  core.changed = true;
  core.effects.push({ type: 'persist', record: { type: 'vote', vote } });
  trace(core, 'vote', { kind, view, digest: hex(digest) });
  countOwnVote(core, vote);
  return vote;
}

/** Also for votes read back after a restart: they count as they did before. */
export function countOwnVote<State>(core: Core<State>, vote: Vote): void {
  const round = roundOf(core, vote.view);
  round.own[vote.kind] = vote;
  addVote(core, vote);
}

/** Gives the view up. Never after a vote to finalize it: both together could finalize it and skip it. */
export function nullify<State>(core: Core<State>, why: 'timeout' | 'suspicion'): void {
  const round = roundOf(core, core.view);
  if (core.observing !== null || round.own.nullify !== null || round.own.finalize !== null) {
    return;
  }
  round.whyNullified = why;
  const vote = castVote(core, 'nullify', core.view, noDigest);
  core.effects.push({ type: 'broadcast', message: { type: 'vote', vote } });
}

/** Takes up every view notarized since the last look. */
export function finalizeNewlyNotarized<State>(core: Core<State>): void {
  const views = core.newlyNotarized;
  core.newlyNotarized = [];
  for (const view of views) {
    finalizeNotarized(core, view);
  }
}

/**
 * Votes to finalize a view whose block is notarized, unless this node voted for another one there: the paper would
 * allow that, but so each node stands for one block in a view at most, which is easier to check.
 */
export function finalizeNotarized<State>(core: Core<State>, view: number): void {
  const round = core.rounds.get(view);
  const notarized = round?.certificates.notarize ?? null;
  if (round === undefined || notarized === null || core.observing !== null || round.own.finalize !== null) {
    return;
  }
  const known = {
    nullified: round.own.nullify !== null,
    nullifiedByQuorum: round.certificates.nullify !== null,
  };
  const votedOtherwise = round.own.notarize !== null && !sameDigest(round.own.notarize.digest, notarized.digest);
  if (!votedOtherwise && core.rules.mayFinalize(known)) {
    const vote = castVote(core, 'finalize', view, notarized.digest);
    core.effects.push({ type: 'broadcast', message: { type: 'vote', vote } });
  }
}
