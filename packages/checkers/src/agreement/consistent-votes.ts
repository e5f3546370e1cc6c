import type { Checker } from '../checker.ts';
import { conflictOf } from './conflict.ts';
import { honestReports } from './reports.ts';

/**
 * No honest node contradicts itself in one view, restarts included: it notarises or finalises one block at most,
 * and never gives up a view that it also finalises.
 * Reads node events `{event: 'vote', value: {kind: 'notarize' | 'nullify' | 'finalize', view, digest}}`.
 */
export function consistentVotes(): Checker {
  return {
    name: 'consistent-votes',
    check: (history) =>
      conflictOf(honestReports(history, 'vote'), {
        // A voter answers for its own votes only: others may well vote otherwise.
        voter: (report) => report.node,
        contradiction: (first, second, view) =>
          `${first.node} voted to ${first.kind} and to ${second.kind} in view ${view}`,
        silence: 'no honest node reported a vote',
      }),
  };
}
