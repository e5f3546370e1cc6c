import type { NodeIndex } from '@qflow/ports';
import { toleratedFaults } from '../rules.ts';
import type { BlockHeader } from './block.ts';

/**
 * Who leads which view: in turns, but for leaders whose views came to nothing in the finalized chain. Their turns go to
 * the others for a while, twice as long after each failure in a row, and one finalized block of theirs clears them.
 * A pure function of the finalized chain. Nodes that know different lengths of it may disagree, which costs a view.
 */
export interface LeaderSchedule {
  readonly validators: number;
  readonly standings: readonly Standing[];
}

interface Standing {
  /** Failed turns since its last finalized block. */
  readonly failures: number;
  /** Its turns from here (included) to there (excluded) are led by others. */
  readonly suspendedFrom: number;
  readonly suspendedUntil: number;
}

const goodStanding: Standing = { failures: 0, suspendedFrom: 0, suspendedUntil: 0 };

/** A suspension begins this many views after the block that shows it, so that most nodes know that block by then. */
const noticeViews = 2;
const greatestDoublings = 6;

export const firstSchedule = (validators: number): LeaderSchedule => ({
  validators,
  standings: Array.from({ length: validators }, () => goodStanding),
});

export function isSuspended(schedule: LeaderSchedule, leader: NodeIndex, view: number): boolean {
  const standing = schedule.standings[leader] as Standing;
  return view >= standing.suspendedFrom && view < standing.suspendedUntil;
}

export function leaderOf(schedule: LeaderSchedule, view: number): NodeIndex {
  const turn = view % schedule.validators;
  if (!isSuspended(schedule, turn, view)) {
    return turn;
  }
  const others = schedule.standings.map((_, index) => index).filter((index) => !isSuspended(schedule, index, view));
  return others[Math.floor(view / schedule.validators) % others.length] as NodeIndex;
}

/** The schedule after one more finalized block. The views between its parent and it are those that came to nothing. */
export function afterFinalized(schedule: LeaderSchedule, header: BlockHeader): LeaderSchedule {
  const failed = new Set<NodeIndex>();
  // After a whole turn of every leader, more views add no one.
  const firstView = Math.max(header.parentView + 1, header.view - schedule.validators * schedule.validators);
  for (let view = firstView; view < header.view; view += 1) {
    failed.add(leaderOf(schedule, view));
  }
  failed.delete(header.proposer);

  const cleared = (schedule.standings[header.proposer] as Standing).failures > 0;
  if (failed.size === 0 && !cleared) {
    return schedule;
  }
  const standings = schedule.standings.map((standing, leader) => {
    if (leader === header.proposer) {
      return goodStanding;
    }
    return failed.has(leader) ? suspended(standing, header.view, schedule.validators) : standing;
  });
  return { validators: schedule.validators, standings: atMostTolerated(standings, header.view) };
}

function suspended(standing: Standing, view: number, validators: number): Standing {
  const suspendedFrom = view + noticeViews;
  return {
    failures: standing.failures + 1,
    suspendedFrom,
    suspendedUntil: suspendedFrom + validators * 2 ** Math.min(standing.failures, greatestDoublings),
  };
}

/** More than f at once would let faulty leaders have the rest suspended: those that failed least come back first. */
function atMostTolerated(standings: readonly Standing[], view: number): readonly Standing[] {
  const pending = standings
    .map((standing, leader) => ({ standing, leader }))
    .filter(({ standing }) => standing.suspendedUntil > view)
    .sort((one, other) => other.standing.failures - one.standing.failures || one.leader - other.leader);
  const released = new Set(pending.slice(toleratedFaults(standings.length)).map(({ leader }) => leader));
  return standings.map((standing, leader) =>
    released.has(leader) ? { failures: standing.failures, suspendedFrom: 0, suspendedUntil: 0 } : standing,
  );
}
