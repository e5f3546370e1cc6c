import type { NodeIndex } from '@qflow/ports';
import type { Certificate } from './certificate.ts';
import { certificatesDownFrom, justifyParent, lackingView } from './justify.ts';
import { greatestVotes, type Status } from './messages.ts';
import { onCertificate } from './on-certificate.ts';
import { onVote } from './on-vote.ts';
import { hasWork } from './pending-work.ts';
import type { Core, Observing } from './state.ts';
import { trace } from './trace.ts';
import type { Vote } from './vote.ts';

/** Where this node stands. */
export function ownStatus<State>(core: Core<State>, question: number, answers: number): Status {
  return {
    type: 'status',
    question,
    answers,
    finalized: core.decided ?? core.headCertificate,
    notarized: core.notarized,
    nullified: core.nullified,
    lacking: lackingView(core),
    votes: ownVotes(core),
  };
}

/** Of the current view, and those to finalize what is not final yet. */
function ownVotes<State>(core: Core<State>): readonly Vote[] {
  const votes: Vote[] = [];
  const current = core.rounds.get(core.view)?.own;
  for (const vote of [current?.notarize ?? null, current?.nullify ?? null]) {
    if (vote !== null) {
      votes.push(vote);
    }
  }
  for (const { own } of core.rounds.values()) {
    if (own.finalize !== null) {
      votes.push(own.finalize);
    }
  }
  return votes.slice(0, greatestVotes);
}

/** Learns what the peer knows; tells it what it lacks, when it asks. */
export function onStatus<State>(core: Core<State>, from: NodeIndex, status: Status): void {
  for (const certificate of certificatesOf(status)) {
    if (!onCertificate(core, from, certificate)) {
      return;
    }
  }
  core.peerFinalized[from] = Math.max(core.peerFinalized[from] ?? 0, status.finalized?.view ?? 0);
  for (const vote of status.votes) {
    onVote(core, from, vote);
  }
  if (core.observing !== null && status.answers === core.question) {
    hearReport(core, core.observing, from, viewOf(status));
  }
  repair(core, from, status);
  // A node with work says where it stands by itself; one without is silent until it is spoken to.
  const isDue = status.question !== 0 || (status.answers === 0 && !hasWork(core));
  if (isDue) {
    const answers = status.question === 0 ? unasked : status.question;
    core.effects.push({ type: 'send', to: from, message: ownStatus(core, 0, answers) });
  }
}

/** What `answers` says when the peer asked nothing: it wants no answer either, or two idle nodes would go on for ever. */
const unasked = 1;
/** Questions start above it. */
export const lowestQuestion = 2;

const certificatesOf = ({ finalized, notarized, nullified }: Status): readonly Certificate[] =>
  [finalized, notarized, nullified].filter((certificate) => certificate !== null);

/** The view that its certificates prove the peer to be in. */
const viewOf = (status: Status): number =>
  1 + Math.max(0, ...certificatesOf(status).map((certificate) => certificate.view));

/** Tells a peer what it lacks: certificates, and this node's proposal. */
function repair<State>(core: Core<State>, from: NodeIndex, status: Status): void {
  const certificates = lackedBy(core, status);
  if (certificates.length > 0) {
    core.effects.push({ type: 'send', to: from, message: { type: 'certificates', certificates } });
  }
  resendProposal(core, from, status);
}

function lackedBy<State>(core: Core<State>, status: Status): readonly Certificate[] {
  const peerView = viewOf(status);
  const lacked = certificatesDownFrom(core, core.view - 1, peerView);
  const final = core.decided;
  if (final !== null && final.view > (status.finalized?.view ?? 0) && !lacked.includes(final)) {
    lacked.push(final);
  }
  if (status.lacking > 0) {
    lacked.push(...certificatesDownFrom(core, status.lacking, 1).filter((certificate) => certificate.view < peerView));
  }
  return lacked;
}

/** A leader's proposal, for a peer of the same view that has not voted in it. */
function resendProposal<State>(core: Core<State>, to: NodeIndex, status: Status): void {
  const { self } = core.configuration;
  const round = core.rounds.get(core.view);
  const block = round?.proposals.get(self)?.block;
  const vote = round?.own.notarize ?? null;
  const hasVoted = status.votes.some((cast) => cast.view === core.view && cast.kind !== 'finalize');
  const parent = block === undefined ? undefined : core.chain.get(block.parentKey);
  if (block !== undefined && parent !== undefined && vote !== null && !hasVoted && viewOf(status) === core.view) {
    const justify = justifyParent(core, parent, core.view);
    core.effects.push({ type: 'send', to, message: { type: 'propose', block, vote, justify } });
  }
}

/**
 * A node that lost its log may have voted in views that it knows nothing of. It was in such a view v only with a
 * certificate of v − 1, whose signers were in v − 1 or above; a quorum of peers has an honest one of them among it.
 * So v is at most one above the highest view of a quorum, each proved by certificates, and asked for in this life.
 */
function hearReport<State>(core: Core<State>, observing: Observing, from: NodeIndex, view: number): void {
  observing.reports.set(from, view);
  if (observing.untilView === null && observing.reports.size >= core.quorum) {
    observing.untilView = 1 + Math.max(...observing.reports.values());
    trace(core, 'observing', { untilView: observing.untilView });
    core.changed = true;
  }
}
