import { fieldOf, honestReports, textOf } from '../agreement/reports.ts';
import type { Checker } from '../checker.ts';
import { isNodeEvent, type NodeEvent } from '../history/history.ts';
import { fail, inconclusive, pass } from '../verdict.ts';

/**
 * Every node delivers a message after all that came causally before it, and once. Reads node events
 * `{event: 'delivered', value: {id, sender, clock}}`, where `clock` counts, for each sender, the messages that came
 * before this one or are it (Birman, Schiper and Stephenson, "Lightweight Causal and Atomic Group Multicast", 1991).
 */
export function causalOrder(): Checker {
  return {
    name: 'causal-order',

    check(history) {
      const delivered = new Map<string, Map<string, number>>();
      const clocks = new Map<string, NodeEvent>();
      let judged = 0;

      for (const report of honestReports(history, 'delivered')) {
        const sender = textOf(report, 'sender');
        const clock = clockOf(report);
        if (sender === undefined || clock === undefined) {
          return inconclusive(`event ${report.index} of ${report.node} names no sender or no clock`);
        }
        const id = JSON.stringify(fieldOf(report, 'id'));
        const known = clocks.get(id) ?? report;
        clocks.set(id, known);
        if (JSON.stringify(clockOf(known)) !== JSON.stringify(clock)) {
          return fail(`message ${id} was delivered with two different clocks`, [{ ...known }, { ...report }]);
        }

        const seen = delivered.get(report.node) ?? new Map<string, number>();
        delivered.set(report.node, seen);
        for (const [from, count] of Object.entries(clock)) {
          const needed = from === sender ? count - 1 : count;
          const had = seen.get(from) ?? 0;
          if (from === sender && had >= count) {
            return fail(`${report.node} delivered message ${id} twice or after a later one of ${sender}`, [
              { ...report },
            ]);
          }
          if (had < needed) {
            return fail(
              `${report.node} delivered message ${id} before message ${had + 1} of ${from}, which came before it`,
              [{ ...report }],
            );
          }
        }
        seen.set(sender, clock[sender] ?? 0);
        judged += 1;
      }
      return judged > 0 ? pass([{ delivered: judged }]) : inconclusive('no honest node delivered a message');
    },
  };
}

export interface DeliveredToAllOptions {
  /** Nodes that are not asked for everything: those that were down or cut off at the end. */
  readonly except?: readonly string[];
}

/** Whatever an honest node broadcast (`{event: 'broadcast', value: {id}}`) was delivered once by every honest node. */
export function deliveredToAll({ except = [] }: DeliveredToAllOptions = {}): Checker {
  return {
    name: 'delivered-to-all',

    check(history) {
      const nodes = new Set(
        history.events
          .filter(isNodeEvent)
          .flatMap(({ node, honest }) => (honest && !except.includes(node) ? [node] : [])),
      );
      const sent = honestReports(history, 'broadcast');
      const got = new Map<string, Set<string>>();
      for (const report of honestReports(history, 'delivered')) {
        const id = JSON.stringify(fieldOf(report, 'id'));
        const by = got.get(id) ?? new Set<string>();
        got.set(id, by);
        if (by.has(report.node)) return fail(`${report.node} delivered message ${id} twice`, [{ ...report }]);
        by.add(report.node);
      }
      for (const report of sent) {
        const id = JSON.stringify(fieldOf(report, 'id'));
        const missing = [...nodes].find((node) => !got.get(id)?.has(node));
        if (missing !== undefined)
          return fail(`${missing} never delivered message ${id} of ${report.node}`, [{ ...report }]);
      }
      return sent.length > 0
        ? pass([{ messages: sent.length, nodes: nodes.size }])
        : inconclusive('nobody broadcast anything');
    },
  };
}

function clockOf(report: NodeEvent): Readonly<Record<string, number>> | undefined {
  const clock = fieldOf(report, 'clock');
  if (typeof clock !== 'object' || clock === null || Array.isArray(clock)) return undefined;
  return Object.values(clock).every((count) => typeof count === 'number')
    ? (clock as Record<string, number>)
    : undefined;
}
