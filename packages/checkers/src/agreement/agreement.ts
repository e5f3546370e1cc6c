import type { Checker } from '../checker.ts';
import type { NodeEvent } from '../history/history.ts';
import { fail, inconclusive, pass } from '../verdict.ts';
import { honestReports, numberOf, textOf } from './reports.ts';

/**
 * No two honest nodes finalise different blocks at one height, nor reach different states by the same block; and none
 * halts because a quorum certified two chains, which is the same disagreement, noticed before it was acted on.
 * Reads node events `{event: 'finalized', value: {height, view, digest, stateRoot}}` and
 * `{event: 'halted', value: {reason}}`.
 */
export function agreement(): Checker {
  return {
    name: 'agreement',

    check(history) {
      const reports = honestReports(history, 'finalized');
      const firstAt = new Map<number, NodeEvent>();

      for (const report of reports) {
        const height = numberOf(report, 'height');
        const digest = textOf(report, 'digest');
        if (height === undefined || digest === undefined) continue;

        const first = firstAt.get(height) ?? report;
        firstAt.set(height, first);
        const evidence = [{ ...first }, { ...report }];
        if (digest !== textOf(first, 'digest')) {
          return fail(`${first.node} and ${report.node} finalised different blocks at height ${height}`, evidence);
        }
        if (textOf(report, 'stateRoot') !== textOf(first, 'stateRoot')) {
          return fail(`${first.node} and ${report.node} hold different states at height ${height}`, evidence);
        }
      }

      const [halted] = honestReports(history, 'halted');
      if (halted !== undefined) {
        return fail(`${halted.node} halted: ${textOf(halted, 'reason') ?? 'no reason given'}`, [{ ...halted }]);
      }

      const unreadable = reports.find(
        (report) => numberOf(report, 'height') === undefined || textOf(report, 'digest') === undefined,
      );
      if (unreadable !== undefined) {
        return inconclusive(`event ${unreadable.index} of ${unreadable.node} names no height or no digest`);
      }
      // A silent cluster agrees on everything: that proves nothing.
      return firstAt.size > 0 ? pass() : inconclusive('no honest node reported a finalised block');
    },
  };
}
