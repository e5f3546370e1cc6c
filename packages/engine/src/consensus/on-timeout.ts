import { nullify } from './cast-vote.ts';
import { wantAgain } from './on-blocks.ts';
import { ownStatus } from './on-status.ts';
import { hasWork } from './pending-work.ts';
import type { Core } from './state.ts';

/** How often a node asks peers whether they have the last block, before it leaves that to their next connection. */
export const greatestSettling = 5;

/** The leader had its time: give the view up, and the next one more time. */
export function onViewTimeout<State>(core: Core<State>): void {
  core.viewTimer = null;
  if (hasWork(core)) {
    core.patienceMs = Math.min(core.configuration.timing.greatestViewTimeoutMs, core.patienceMs * 2);
    nullify(core, 'timeout');
  }
}

/** Says again what is not final yet, since any message may have been lost. */
export function onResend<State>(core: Core<State>): void {
  core.resendTimer = false;
  const { head, view } = core;
  const state = head.executed?.state;
  const hasMoved = core.lastTick.view !== view || core.lastTick.headView !== head.sealed.header.view;
  if (state !== undefined && hasMoved) {
    core.mempool.keepOnly(({ bytes }) => core.application.admits(state, view, bytes));
  }
  core.mayProposeEmpty = true;
  core.proposalDue = true;
  core.changed = true;

  if (hasWork(core) || wantsReports(core)) {
    resendWork(core);
  } else {
    askBehind(core);
  }
  core.lastTick = { view, headView: head.sealed.header.view };
}

function resendWork<State>(core: Core<State>): void {
  const hasStalled = core.lastTick.headView === core.head.sealed.header.view;
  if (hasStalled || wantsReports(core)) {
    const question = wantsReports(core) ? core.question : 0;
    core.effects.push({ type: 'broadcast', message: ownStatus(core, question, 0) });
  }
  const requests = core.mempool.tick();
  if (requests.length > 0) {
    core.effects.push({ type: 'broadcast', message: { type: 'submit', requests } });
  }
  wantAgain(core);
}

function askBehind<State>(core: Core<State>): void {
  if (peersBehind(core).length === 0) {
    return;
  }
  core.settling += 1;
  for (const to of peersBehind(core)) {
    core.effects.push({ type: 'send', to, message: ownStatus(core, core.question, 0) });
  }
}

/** Connected peers that have not said that they have the last block. */
export function peersBehind<State>(core: Core<State>): readonly number[] {
  const last = core.head.sealed.header.view;
  return [...core.connected].filter((peer) => (core.peerFinalized[peer] ?? 0) < last);
}

export const wantsReports = <State>(core: Core<State>): boolean =>
  core.observing !== null && core.observing.untilView === null && core.connected.size > 0;
