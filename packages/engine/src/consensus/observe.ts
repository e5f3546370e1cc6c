import type { Core } from './state.ts';
import { trace } from './trace.ts';
import { genesisRecord } from './vote-log.ts';

/** Votes again once a view is final above every one in which lost votes could have been cast. */
export function endObservation<State>(core: Core<State>): void {
  const untilView = core.observing?.untilView ?? null;
  if (untilView === null || core.head.sealed.header.view <= untilView) {
    return;
  }
  core.observing = null;
  core.changed = true;
  // From here on the log holds every vote: the next life need not observe.
  core.effects.push({ type: 'persist', record: genesisRecord(core.configuration) });
  trace(core, 'voting', { view: core.view });
}
