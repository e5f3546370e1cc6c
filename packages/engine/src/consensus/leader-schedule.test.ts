import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toleratedFaults } from '../rules.ts';
import type { BlockHeader } from './block.ts';
import { afterFinalized, firstSchedule, isSuspended, type LeaderSchedule, leaderOf } from './leader-schedule.ts';

const digest = new Uint8Array(32);
const header = (view: number, parentView: number, proposer: number): BlockHeader => ({
  view,
  parent: digest,
  parentView,
  height: 1,
  proposer,
  requestsRoot: digest,
  stateRoot: digest,
  resultsRoot: digest,
});

/** The schedule of a chain in which some leaders never get a block through. */
function chainWithout(dead: readonly number[], validators: number, untilView: number) {
  let schedule: LeaderSchedule = firstSchedule(validators);
  let parentView = 0;
  let failedViews = 0;
  for (let view = 1; view <= untilView; view += 1) {
    const leader = leaderOf(schedule, view);
    if (dead.includes(leader)) {
      failedViews += 1;
    } else {
      schedule = afterFinalized(schedule, header(view, parentView, leader));
      parentView = view;
    }
  }
  return { schedule, failedViews, lastView: parentView };
}

describe('the leader schedule', () => {
  test('gives each node its turn while all goes well', () => {
    const { schedule } = chainWithout([], 4, 100);
    expect([101, 102, 103, 104].map((view) => leaderOf(schedule, view))).toEqual([1, 2, 3, 0]);
  });

  test('gives the turns of dead leaders to others, so that few views fail', () => {
    expect(chainWithout([2], 4, 1_000).failedViews).toBeLessThan(20);
    expect(chainWithout([2, 5], 7, 2_000).failedViews).toBeLessThan(30);
  });

  test('gives a suspended leader its turns back after a time', () => {
    const { schedule, lastView } = chainWithout([2], 4, 50);
    const turns = Array.from({ length: 4 * 64 + 8 }, (_, index) => lastView + index);
    expect(turns.some((view) => leaderOf(schedule, view) === 2)).toBe(true);
  });

  test('clears a leader whose block became final', () => {
    const { schedule, lastView } = chainWithout([2], 4, 50);
    const back = afterFinalized(schedule, header(lastView + 300, lastView + 299, 2));
    expect(back.standings[2]).toEqual({ failures: 0, suspendedFrom: 0, suspendedUntil: 0 });
  });

  test('never suspends more than f, whatever the chain looks like, and always names a leader', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(15)), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), gaps, (validators, steps) => {
        let schedule = firstSchedule(validators);
        let view = 0;
        for (const [gap, proposer] of steps) {
          schedule = afterFinalized(schedule, header(view + gap, view, proposer % validators));
          view += gap;
          for (let ahead = view; ahead < view + 20; ahead += 1) {
            const suspended = schedule.standings.filter((_, leader) => isSuspended(schedule, leader, ahead));
            expect(suspended.length).toBeLessThanOrEqual(toleratedFaults(validators));
            expect(isSuspended(schedule, leaderOf(schedule, ahead), ahead)).toBe(false);
          }
        }
      }),
    );
  });
});
