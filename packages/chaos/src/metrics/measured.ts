import {
  type History,
  isDeed,
  isNodeEvent,
  isOperation,
  isPhase,
  type NodeEvent,
  type OperationEvent,
} from '@qflow/checkers';
import { z } from 'zod';
import { isServed } from '../workloads/driver.ts';

/** An operation of the open-loop schedule; times are milliseconds since the run's start. */
export interface ScheduledOperation {
  readonly dueMs: number;
  /** Null: it never ended. */
  readonly endedMs: number | null;
  readonly outcome: 'ok' | 'fail' | 'info';
  /** `ok`, or an answer that an expectation did not hold. */
  readonly isServed: boolean;
}

export interface Harm {
  readonly f: string;
  readonly nodes: readonly string[];
  /** When it was done, not when it was proved. */
  readonly atMs: number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A history as the metrics read it: once, in milliseconds since the run's start. */
export interface Measured {
  readonly operations: readonly ScheduledOperation[];
  readonly phases: ReadonlyMap<string, Span>;
  /** Proved harm, in order of its beginning. */
  readonly harms: readonly Harm[];
  /** When faults were healed, in order. */
  readonly healedAtMs: readonly number[];
  readonly nodeEvents: readonly (Pick<NodeEvent, 'node' | 'event' | 'value'> & { readonly atMs: number })[];
  readonly endMs: number;
}

export function measured(history: History, startNs: number): Measured {
  const atMs = (time: number): number => (time - startNs) / 1e6;
  const last = history.events.reduce((latest, { time }) => Math.max(latest, time), startNs);
  return {
    operations: scheduled(history, atMs),
    phases: phaseSpans(history, atMs),
    harms: provedHarms(history, atMs),
    healedAtMs: history.events
      .filter((event) => isDeed(event) && event.phase === 'healed')
      .map(({ time }) => atMs(time)),
    nodeEvents: history.events
      .filter(isNodeEvent)
      .map(({ node, event, value, time }) => ({ node, event, value, atMs: atMs(time) }))
      .sort((a, b) => a.atMs - b.atMs),
    endMs: atMs(last),
  };
}

function scheduled(history: History, atMs: (time: number) => number): readonly ScheduledOperation[] {
  const open = new Map<number, OperationEvent & { due: number }>();
  const paired: ScheduledOperation[] = [];
  for (const event of history.events) {
    if (!isOperation(event)) continue;
    if (event.type === 'invoke') {
      if (event.due !== undefined) open.set(event.process, { ...event, due: event.due });
      continue;
    }
    const invoked = open.get(event.process);
    if (invoked === undefined) continue;
    open.delete(event.process);
    const outcome = event.type;
    paired.push({
      dueMs: atMs(invoked.due),
      endedMs: atMs(event.time),
      outcome,
      isServed: isServed({ type: outcome, ...(event.error === undefined ? {} : { error: event.error }) }),
    });
  }
  for (const { due } of open.values()) {
    paired.push({ dueMs: atMs(due), endedMs: null, outcome: 'info', isServed: false });
  }
  return paired.sort((a, b) => a.dueMs - b.dueMs);
}

const harmSchema = z.object({ nodes: z.array(z.string()), injectedAtMs: z.number() });

function provedHarms(history: History, atMs: (time: number) => number): readonly Harm[] {
  return history.events
    .filter(isDeed)
    .filter(({ phase }) => phase === 'proved')
    .map(({ f, value, time }): Harm => {
      const told = harmSchema.safeParse(value).data;
      return { f, nodes: told?.nodes ?? [], atMs: told?.injectedAtMs ?? atMs(time) };
    })
    .sort((a, b) => a.atMs - b.atMs);
}

function phaseSpans(history: History, atMs: (time: number) => number): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const starts = history.events.filter(isPhase);
  const end = history.events.reduce((latest, { time }) => Math.max(latest, time), 0);
  starts.forEach(({ phase, time }, place) => {
    spans.set(phase, { fromMs: atMs(time), toMs: atMs(starts[place + 1]?.time ?? end) });
  });
  return spans;
}
