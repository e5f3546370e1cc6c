import { countOwnVote, finalizeNotarized } from './cast-vote.ts';
import type { Certificate } from './certificate.ts';
import type { Effect } from './effects.ts';
import { finalizeDecided, releaseSpent } from './finalize.ts';
import { leaderOf } from './leader-schedule.ts';
import { recordCertificate } from './on-certificate.ts';
import type { Core } from './state.ts';
import { trace } from './trace.ts';
import type { Remembered } from './vote-log.ts';

type Finalized<State> = Extract<Effect<State>, { type: 'finalized' }>;

/**
 * Brings a fresh core to where the log ends: blocks executed and final again, own votes counted again. Nothing is
 * signed or sent; `onFinalized` hears of the final blocks as it did in the life before.
 */
export function recover<State>(
  core: Core<State>,
  remembered: Remembered,
  onFinalized: (finalized: Finalized<State>) => void,
): void {
  // Observing while reading, whatever comes after: nothing read may make the node sign.
  core.observing = { reports: new Map(), untilView: null };
  const decisions: Certificate[] = [];
  for (const record of remembered.records) {
    switch (record.type) {
      case 'block':
        core.chain.add(record.block);
        break;
      case 'certificate':
        recordCertificate(core, record.certificate, core.configuration.self);
        if (record.certificate.kind === 'finalize') {
          decisions.push(record.certificate);
        }
        break;
      case 'vote':
        countOwnVote(core, record.vote);
        core.reached = Math.max(core.reached, record.vote.view);
        break;
      case 'genesis':
        break;
    }
    core.effects = [];
  }
  finalizeAgain(core, decisions, onFinalized);
  core.view = core.reached;
  core.effects = [];
  core.wanted.clear();
  core.missing = null;
  core.newlyNotarized = [];
  if (remembered.complete) {
    core.observing = null;
  }
}

/** In the order of their views, so that each block is final by the first certificate that made it so. */
function finalizeAgain<State>(
  core: Core<State>,
  decisions: readonly Certificate[],
  onFinalized: (finalized: Finalized<State>) => void,
): void {
  const highest = core.decided;
  for (const certificate of decisions.toSorted((one, other) => one.view - other.view)) {
    core.effects = [];
    core.decided = certificate;
    finalizeDecided(core);
    const finalized = core.effects.find((effect) => effect.type === 'finalized');
    if (finalized !== undefined) {
      onFinalized(finalized);
      releaseSpent(core);
    }
  }
  core.decided = highest;
}

/** The first step of a life: says so, and casts the votes that a crash cut off. */
export function onStart<State>(core: Core<State>): void {
  const condition = core.observing === null ? 'voting' : 'observing';
  trace(core, 'started', { view: core.view, height: core.head.sealed.header.height, condition });
  trace(core, 'view-entered', { view: core.view, leader: leaderOf(core.schedule, core.view), why: 'started' });
  for (const view of [...core.rounds.keys()]) {
    finalizeNotarized(core, view);
  }
  core.proposalDue = true;
  core.changed = true;
}
