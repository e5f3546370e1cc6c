import type { NodeEvent } from '../history/history.ts';
import { fail, inconclusive, pass, type Verdict } from '../verdict.ts';
import { numberOf, textOf } from './reports.ts';

/** A statement about one view: a vote, or a certificate made of a quorum of votes. */
interface Statement {
  readonly kind: string;
  readonly node: string;
  readonly digest: string | undefined;
  readonly report: NodeEvent;
}

interface Wording {
  /** Who answers for a statement; statements of different voters never contradict each other. */
  voter(report: NodeEvent): string;
  contradiction(first: Statement, second: Statement, view: number): string;
  readonly silence: string;
}

/**
 * The safety rules of Simplex within one view (Chan and Pass, "Simplex Consensus", 2023): one block, and not both a
 * finalised block and a dummy. To notarise a block and nullify its view later is allowed.
 */
export function conflictOf(reports: readonly NodeEvent[], wording: Wording): Verdict {
  const standing = new Map<string, Map<string, Statement>>();
  let unreadable: NodeEvent | undefined;

  for (const report of reports) {
    const view = numberOf(report, 'view');
    const kind = textOf(report, 'kind');
    const digest = textOf(report, 'digest');
    const isNullify = kind === 'nullify';
    if (
      view === undefined ||
      (!isNullify && kind !== 'notarize' && kind !== 'finalize') ||
      (!isNullify && digest === undefined)
    ) {
      unreadable ??= report;
      continue;
    }

    const place = JSON.stringify([wording.voter(report), view]);
    const known = standing.get(place) ?? new Map<string, Statement>();
    standing.set(place, known);
    const statement: Statement = { kind, node: report.node, digest, report };
    for (const earlier of known.values()) {
      if (contradicts(earlier, statement)) {
        const evidence = [{ ...earlier.report }, { ...report }];
        return fail(wording.contradiction(earlier, statement, view), evidence);
      }
    }
    // The first of a kind speaks for all later ones: they must equal it.
    if (!known.has(kind)) known.set(kind, statement);
  }

  if (unreadable !== undefined) {
    return inconclusive(`event ${unreadable.index} of ${unreadable.node} names no kind, view or digest`);
  }
  return standing.size > 0 ? pass() : inconclusive(wording.silence);
}

function contradicts(one: Statement, other: Statement): boolean {
  if (one.kind === 'nullify' || other.kind === 'nullify') return one.kind === 'finalize' || other.kind === 'finalize';
  return one.digest !== other.digest;
}
