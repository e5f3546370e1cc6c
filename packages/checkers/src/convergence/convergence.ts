import { fieldOf, honestReports, textOf } from '../agreement/reports.ts';
import type { Checker } from '../checker.ts';
import type { NodeEvent } from '../history/history.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

/**
 * Strong eventual consistency (Shapiro et al., "Conflict-free Replicated Data Types", 2011): replicas that have taken
 * in the same updates are in the same state, at any time, and in the end all have taken in the same. Reads node events
 * `{event: 'replica', value: {document, delivered, digest}}`, where `delivered` names the set of updates taken in (a
 * version vector or a hash of it) and `digest` the state.
 */
export function convergence(): Checker {
  return {
    name: 'convergence',

    check(history) {
      const byDelivered = new Map<string, NodeEvent>();
      const last = new Map<string, Map<string, NodeEvent>>();
      for (const report of honestReports(history, 'replica')) {
        const document = fieldOf(report, 'document') ?? '';
        const delivered = fieldOf(report, 'delivered');
        const digest = textOf(report, 'digest');
        if (delivered === undefined || digest === undefined) continue;

        const place = JSON.stringify([document, delivered]);
        const first = byDelivered.get(place) ?? report;
        byDelivered.set(place, first);
        if (textOf(first, 'digest') !== digest) {
          return fail(
            `${first.node} and ${report.node} took in the same updates of ${JSON.stringify(document)} and differ`,
            [{ ...first }, { ...report }],
          );
        }
        const ofDocument = last.get(JSON.stringify(document)) ?? new Map<string, NodeEvent>();
        last.set(JSON.stringify(document), ofDocument.set(report.node, report));
      }

      for (const [document, ofDocument] of last) {
        const [one, ...others] = ofDocument.values();
        const other = others.find((report) => textOf(report, 'digest') !== textOf(one!, 'digest'));
        if (other !== undefined) {
          return fail(`${one!.node} and ${other.node} end with different states of ${document}`, [
            { ...one },
            { ...other },
          ]);
        }
      }
      const compared = [...last.values()].filter((ofDocument) => ofDocument.size > 1).length;
      return compared > 0
        ? pass([{ documents: compared }])
        : inconclusive('no two replicas of a document reported a state');
    },
  };
}
