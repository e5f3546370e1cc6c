import { nullify } from './cast-vote.ts';
import { leaderOf } from './leader-schedule.ts';
import { hasWork } from './pending-work.ts';
import type { Core } from './state.ts';

/**
 * Gives the view up before its time: when more than f did, so that an honest one had reason to; or when there is work
 * and the link to the leader is down, unless its proposal came through before.
 */
export function suspect<State>(core: Core<State>): void {
  const round = core.rounds.get(core.view);
  if (round !== undefined && (round.own.nullify !== null || round.own.finalize !== null)) {
    return;
  }
  const nullified = round?.votes.nullify.reduce((count, vote) => count + (vote === undefined ? 0 : 1), 0) ?? 0;
  const leader = leaderOf(core.schedule, core.view);
  const isLeaderGone =
    leader !== core.configuration.self && !core.connected.has(leader) && round?.proposals.has(leader) !== true;
  if (nullified > core.faults || (isLeaderGone && hasWork(core))) {
    nullify(core, 'suspicion');
  }
}
