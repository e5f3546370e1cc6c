import type { ViewBegan } from '../rules.ts';
import { blockCertificate } from './justify.ts';
import { isSuspended, leaderOf } from './leader-schedule.ts';
import type { Core } from './state.ts';
import { trace } from './trace.ts';

/** Enters the view after the highest one that a certificate ended. */
export function enterReachedView<State>(core: Core<State>): void {
  if (core.reached <= core.view) {
    return;
  }
  const left = core.view;
  const from = leaderOf(core.schedule, left);
  const why = core.rounds.get(left)?.whyNullified ?? null;

  core.viewBegan = howViewBegan(core, left);
  core.view = core.reached;
  core.proposalDue = true;
  core.mayProposeEmpty = false;
  core.changed = true;
  if (core.viewBegan === 'notarized') {
    core.patienceMs = Math.max(core.configuration.timing.viewTimeoutMs, core.patienceMs / 2);
  }

  const { view } = core;
  const leader = leaderOf(core.schedule, view);
  tracePassedOver(core);
  if (core.viewBegan === 'nullified') {
    trace(core, 'view-change', { view, from, to: leader, why: why ?? 'timeout' });
  }
  trace(core, 'view-entered', { view, leader, why: core.viewBegan });
}

function howViewBegan<State>(core: Core<State>, left: number): ViewBegan {
  if (core.reached > left + 1) {
    return 'synced';
  }
  const isFinal = core.head.sealed.header.view >= left;
  return isFinal || blockCertificate(core, left) !== null ? 'notarized' : 'nullified';
}

function tracePassedOver<State>(core: Core<State>): void {
  const { standings } = core.schedule;
  const now = standings.map((_, leader) => leader).filter((leader) => isSuspended(core.schedule, leader, core.view));
  const { view } = core;
  for (const leader of now) {
    if (!core.passedOver.includes(leader)) {
      trace(core, 'leader-skipped', { leader, view });
    }
  }
  for (const leader of core.passedOver) {
    if (!now.includes(leader)) {
      trace(core, 'leader-returned', { leader, view });
    }
  }
  core.passedOver = now;
}
