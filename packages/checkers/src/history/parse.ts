import type { DeedEvent, History, HistoryEvent, Json, NodeEvent, OperationEvent, PhaseEvent } from './history.ts';
import { MalformedHistory } from './malformed.ts';
import { orderGuard } from './order.ts';

const BRACE = 0x7b;

type Fields = Readonly<Record<string, Json | undefined>>;

/** Collects a history line by line. Each line is checked as it comes, so the first bad one is the one named. */
export interface HistoryParser {
  /** Blank lines count but hold no event. Throws `MalformedHistory`. */
  line(text: string): void;
  /** The history so far. */
  end(): History;
}

export function historyParser(): HistoryParser {
  const events: HistoryEvent[] = [];
  const guard = orderGuard();
  let lines = 0;

  return {
    line(text) {
      lines += 1;
      // Trimming every line would cost as much as a tenth of reading it.
      if (text.charCodeAt(0) !== BRACE && text.trim() === '') return;
      const event = parseEvent(text, lines, events.length);
      guard(event, lines);
      events.push(event);
    },
    end: () => ({ events }),
  };
}

/** Reads a whole history of JSON lines. Throws `MalformedHistory`. */
export function parseHistory(text: string): History {
  const parser = historyParser();
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    parser.line(text.slice(start, end));
    start = end + 1;
  }
  return parser.end();
}

/** Checks that the events of a history in memory may follow each other. Throws `MalformedHistory`. */
export function historyFrom(events: readonly HistoryEvent[]): History {
  const guard = orderGuard();
  events.forEach((event, position) => {
    guard(event, position + 1);
  });
  return { events };
}

/** One line of JSON as an event. `position` numbers an event that carries no index of its own. */
export function parseEvent(text: string, line: number, position: number): HistoryEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new MalformedHistory(line, `not JSON: ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new MalformedHistory(line, 'an event must be a JSON object');
  }
  return eventOf(parsed as Fields, line, position);
}

/** An object of unknown origin as an event. Throws `MalformedHistory`. */
export function eventOf(fields: Fields, line: number, position: number): HistoryEvent {
  const index = fields.index === undefined ? position : integer(fields, 'index', line);
  const time = number(fields, 'time', line);

  if (fields.type === 'event') return nodeEvent(fields, index, time, line);
  if (fields.type === 'phase') {
    const phase: PhaseEvent = { index, type: 'phase', phase: text(fields, 'phase', line), time };
    return phase;
  }
  if (fields.process === 'nemesis') return deed(fields, index, time, line);
  return operation(fields, index, time, line);
}

function operation(fields: Fields, index: number, time: number, line: number): OperationEvent {
  const { type, process, f, value, key, node, error, due } = fields;
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info') {
    throw new MalformedHistory(line, `type must be invoke, ok, fail, info, event or phase, not ${show(type)}`);
  }
  if (typeof process !== 'number' || !Number.isSafeInteger(process) || process < 0) integer(fields, 'process', line);
  if (typeof f !== 'string') text(fields, 'f', line);
  if (key !== undefined && typeof key !== 'string') text(fields, 'key', line);
  if (node !== undefined && typeof node !== 'string') text(fields, 'node', line);
  if (error !== undefined && typeof error !== 'string') text(fields, 'error', line);
  if (due !== undefined && typeof due !== 'number') number(fields, 'due', line);

  // What is whole already is kept as it came: copying every event would cost a third of the reading.
  if (fields.index === index && value !== undefined) return fields as unknown as OperationEvent;
  return { ...(fields as unknown as OperationEvent), index, time, value: value ?? null };
}

function deed(fields: Fields, index: number, time: number, line: number): DeedEvent {
  // Jepsen's nemesis names no phase: what it writes is a report of having begun something.
  const phase = fields.phase ?? 'invoked';
  if (phase !== 'invoked' && phase !== 'proved' && phase !== 'healed') {
    throw new MalformedHistory(line, `phase of a deed must be invoked, proved or healed, not ${show(phase)}`);
  }
  return {
    index,
    process: 'nemesis',
    type: 'info',
    f: text(fields, 'f', line),
    value: fields.value ?? null,
    phase,
    time,
  };
}

function nodeEvent(fields: Fields, index: number, time: number, line: number): NodeEvent {
  if (typeof fields.honest !== 'boolean') {
    throw new MalformedHistory(line, `honest must be true or false, not ${show(fields.honest)}`);
  }
  return {
    index,
    type: 'event',
    node: text(fields, 'node', line),
    event: text(fields, 'event', line),
    value: fields.value ?? null,
    honest: fields.honest,
    time,
  };
}

function text(fields: Fields, name: string, line: number): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new MalformedHistory(line, `${name} must be text, not ${show(value)}`);
  return value;
}

function number(fields: Fields, name: string, line: number): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new MalformedHistory(line, `${name} must be a number, not ${show(value)}`);
  return value;
}

function integer(fields: Fields, name: string, line: number): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new MalformedHistory(line, `${name} must be a whole number from 0, not ${show(value)}`);
  }
  return value;
}

const show = (value: Json | undefined): string => (value === undefined ? 'missing' : JSON.stringify(value));
