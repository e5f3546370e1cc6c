import { fieldOf, honestReports, numberOf } from '../agreement/reports.ts';
import type { Checker } from '../checker.ts';
import type { NodeEvent } from '../history/history.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

export interface ExactlyOnceOptions {
  /** Name of the node events that report an effect; `applied` by default. */
  readonly event?: string;
}

/**
 * No effect takes place twice: each node reports an effect (`value.id`) at one height only, and all nodes at the same.
 * A node that replays its log after a restart may report the same effect at the same height again.
 */
export function exactlyOnce({ event = 'applied' }: ExactlyOnceOptions = {}): Checker {
  return {
    name: 'exactly-once',

    check(history) {
      const firstOf = new Map<string, NodeEvent>();
      for (const report of honestReports(history, event)) {
        const id = fieldOf(report, 'id');
        if (id === undefined) continue;
        const name = JSON.stringify(id);
        const first = firstOf.get(name);
        if (first === undefined) {
          firstOf.set(name, report);
          continue;
        }
        const heights = [numberOf(first, 'height'), numberOf(report, 'height')] as const;
        if (heights[0] !== heights[1]) {
          return fail(`${name} took effect at height ${heights[0]} and again at height ${heights[1]}`, [
            { ...first },
            { ...report },
          ]);
        }
      }
      return firstOf.size > 0 ? pass([{ effects: firstOf.size }]) : inconclusive(`no honest node reported "${event}"`);
    },
  };
}
