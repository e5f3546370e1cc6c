import type { NodeIndex, Share } from '@qflow/ports';
import type { VoteKind } from './certificate.ts';
import { hex, sameDigest } from './digest.ts';
import { recordCertificate } from './on-certificate.ts';
import { type Core, type Round, roundOf } from './state.ts';
import { statementBytes } from './statement.ts';
import { badMessage, trace } from './trace.ts';
import type { Vote } from './vote.ts';

/** Votes and proposals further ahead than this are dropped: what a liar can make a node remember stays bounded. */
export const greatestViewsAhead = 16;

/** A vote counts only when its voter sent it, so that nobody can spoil another's. */
export function onVote<State>(core: Core<State>, from: NodeIndex, vote: Vote): void {
  if (vote.share.index !== from) {
    badMessage(core, from, `a vote of validator ${vote.share.index}`);
  } else if (vote.view <= core.reached + greatestViewsAhead) {
    addVote(core, vote);
  }
}

/** Keeps one vote a kind, view and voter, and certifies what a quorum says. */
export function addVote<State>(core: Core<State>, vote: Vote): void {
  if (vote.view <= core.head.sealed.header.view) {
    return;
  }
  const round = roundOf(core, vote.view);
  const voter = vote.share.index;
  if (round.ignored.has(voter)) {
    return;
  }
  const earlier = round.votes[vote.kind][voter];
  if (earlier === undefined) {
    checkExclusion(core, round, vote);
  } else if (sameDigest(earlier.digest, vote.digest)) {
    return;
  } else if (voter !== core.configuration.self) {
    accuse(core, earlier, vote);
    return;
  }
  round.votes[vote.kind][voter] = vote;
  // Enough of these make others give the view up as well.
  core.changed ||= vote.kind === 'nullify';
  certify(core, round, vote);
}

/** Nobody may both give a view up and finalize it. */
function checkExclusion<State>(core: Core<State>, round: Round, vote: Vote): void {
  const excluded = vote.kind === 'nullify' ? 'finalize' : vote.kind === 'finalize' ? 'nullify' : null;
  const other = excluded === null ? undefined : round.votes[excluded][vote.share.index];
  if (other !== undefined && vote.share.index !== core.configuration.self) {
    accuse(core, other, vote);
  }
}

/** Two votes that no honest node casts together are evidence, if the accused really signed both. */
function accuse<State>(core: Core<State>, one: Vote, other: Vote): void {
  const accused = one.share.index;
  const forged = [one, other].find(
    (vote) => !core.crypto.verifyShare('quorum', statementBytes(core.configuration, vote), vote.share),
  );
  if (forged === undefined) {
    const digests = [hex(one.digest), hex(other.digest)];
    trace(core, 'evidence', { kind: other.kind, view: other.view, accused, digests });
  } else {
    badMessage(core, accused, `a bad share in view ${forged.view}`);
  }
}

/** Combines a quorum's shares as soon as they are there. Whoever spoiled them is out of this view. */
function certify<State>(core: Core<State>, round: Round, { kind, digest }: Vote): void {
  while (round.certificates[kind] === null) {
    const shares = agreeing(round, kind, digest);
    if (shares.length < core.quorum) {
      return;
    }
    const said = { kind, view: round.view, digest };
    const combined = core.crypto.combine(
      'quorum',
      statementBytes(core.configuration, said),
      shares.slice(0, core.quorum),
    );
    if ('proof' in combined) {
      recordCertificate(core, { ...said, proof: combined.proof }, core.configuration.self);
      return;
    }
    if (combined.badShares.length === 0) {
      return;
    }
    for (const index of combined.badShares) {
      ignoreVoter(core, round, index);
    }
  }
}

function agreeing(round: Round, kind: VoteKind, digest: Uint8Array): Share[] {
  const shares: Share[] = [];
  for (const vote of round.votes[kind]) {
    if (vote !== undefined && sameDigest(vote.digest, digest)) {
      shares.push(vote.share);
    }
  }
  return shares;
}

function ignoreVoter<State>(core: Core<State>, round: Round, voter: NodeIndex): void {
  round.ignored.add(voter);
  delete round.votes.notarize[voter];
  delete round.votes.nullify[voter];
  delete round.votes.finalize[voter];
  badMessage(core, voter, `a bad share in view ${round.view}`);
}
