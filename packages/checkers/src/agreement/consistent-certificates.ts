import type { Checker } from '../checker.ts';
import { conflictOf } from './conflict.ts';
import { honestReports } from './reports.ts';

/**
 * No two certificates of one view contradict each other: one block at most is notarised or finalised in it, and a
 * view that is finalised was not given up by a quorum.
 * Reads node events `{event: 'certificate', value: {kind: 'notarize' | 'nullify' | 'finalize', view, digest}}`.
 */
export function consistentCertificates(): Checker {
  return {
    name: 'consistent-certificates',
    check: (history) =>
      conflictOf(honestReports(history, 'certificate'), {
        voter: () => '',
        contradiction: (first, second, view) =>
          `view ${view} has a certificate to ${first.kind} at ${first.node} and one to ${second.kind} at ${second.node}`,
        silence: 'no honest node reported a certificate',
      }),
  };
}
