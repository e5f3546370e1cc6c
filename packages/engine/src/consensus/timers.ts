import { greatestSettling, peersBehind, wantsReports } from './on-timeout.ts';
import { hasWork } from './pending-work.ts';
import type { Core } from './state.ts';

/** Sets the timers that there is work for, and ends the others: an idle node has none. */
export function setTimers<State>(core: Core<State>): void {
  const works = hasWork(core);
  setViewTimer(core, works);
  setResendTimer(core, works || wantsReports(core));
}

function setViewTimer<State>(core: Core<State>, works: boolean): void {
  const hasNullified = (core.rounds.get(core.view)?.own.nullify ?? null) !== null;
  const isDue = works && core.observing === null && !hasNullified;
  if (isDue && core.viewTimer !== core.view) {
    core.viewTimer = core.view;
    core.effects.push({ type: 'set-timer', timer: 'view', delayMs: core.patienceMs });
  } else if (!isDue && core.viewTimer !== null) {
    core.viewTimer = null;
    core.effects.push({ type: 'cancel-timer', timer: 'view' });
  }
}

function setResendTimer<State>(core: Core<State>, works: boolean): void {
  const { resendMs, viewTimeoutMs } = core.configuration.timing;
  const isSettling = core.settling < greatestSettling && peersBehind(core).length > 0;
  if (!core.resendTimer && (works || isSettling)) {
    core.resendTimer = true;
    // Sooner than a view can time out: a tick may bring what the view waits for.
    const everyMs = Math.min(resendMs, viewTimeoutMs / 2);
    const delayMs = works ? everyMs : everyMs * 2 ** core.settling;
    core.effects.push({ type: 'set-timer', timer: 'resend', delayMs });
  } else if (core.resendTimer && !works && !isSettling) {
    core.resendTimer = false;
    core.effects.push({ type: 'cancel-timer', timer: 'resend' });
  }
}
