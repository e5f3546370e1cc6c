import type { History, HistoryEvent, Json } from './history.ts';
import { MalformedHistory } from './malformed.ts';
import { orderGuard } from './order.ts';
import { eventOf } from './parse.ts';

/** A value that carried a tag, such as `#jepsen.independent/tuple [key value]`. */
class Tagged {
  readonly tag: string;
  readonly value: Json;

  constructor(tag: string, value: Json) {
    this.tag = tag;
    this.value = value;
  }
}

/**
 * Reads the values of a text in EDN (https://github.com/edn-format/edn) as JSON: keywords and symbols become texts, nil
 * null, sets and lists arrays, tags are dropped but for Jepsen's tuples of a key and a value. Throws `MalformedHistory`.
 */
export function ednReader(text: string): { next(): { readonly value: Json; readonly line: number } | undefined } {
  let at = 0;
  let line = 1;
  let depth = 0;

  const refuse = (problem: string): never => {
    throw new MalformedHistory(line, problem);
  };

  const skipSpace = () => {
    while (at < text.length) {
      const char = text[at]!;
      if (char === '\n') line += 1;
      if (char === ';') {
        const end = text.indexOf('\n', at);
        at = end === -1 ? text.length : end;
        continue;
      }
      if (text.startsWith('#_', at)) {
        at += 2;
        value();
        continue;
      }
      if (char !== ',' && char.trim() !== '') return;
      at += 1;
    }
  };

  const sequence = (close: string): Json[] => {
    at += 1;
    depth += 1;
    if (depth > DEEPEST) refuse(`more than ${DEEPEST} brackets lie within each other`);
    const items: Json[] = [];
    for (;;) {
      skipSpace();
      if (at >= text.length) refuse(`a "${close}" is missing at the end`);
      if (text[at] === close) {
        at += 1;
        depth -= 1;
        return items;
      }
      items.push(value());
    }
  };

  const quoted = (): string => {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    if (at > text.length) refuse('a text does not end');
    try {
      return JSON.parse(text.slice(start, at).replaceAll('\n', '\\n').replaceAll('\t', '\\t')) as string;
    } catch {
      return text.slice(start + 1, at - 1);
    }
  };

  const value = (): Json => {
    skipSpace();
    if (at >= text.length) refuse('a value is missing at the end');
    const char = text[at]!;
    if (char === '"') return quoted();
    if (char === '[') return sequence(']');
    if (char === '(') return sequence(')');
    if (char === '{') return mapOf(sequence('}'));
    if (char === '#') {
      if (text[at + 1] === '{') {
        at += 1;
        return sequence('}');
      }
      const tag = /^#([^\s[({"]+)/.exec(text.slice(at, at + 200))?.[1] ?? refuse('a tag has no name');
      at += tag.length + 1;
      const tagged = value();
      return tag.endsWith('tuple') ? (new Tagged(tag, tagged) as unknown as Json) : tagged;
    }
    const end = at;
    ATOM.lastIndex = end;
    const token = ATOM.exec(text)?.[0] ?? refuse(`"${char}" is not expected here`);
    at += token.length;
    return atomOf(token);
  };

  const mapOf = (items: readonly Json[]): Json => {
    if (items.length % 2 === 1) refuse('a map has a key without a value');
    const fields: Record<string, Json> = {};
    for (let place = 0; place < items.length; place += 2) {
      const key = items[place]!;
      fields[typeof key === 'string' ? key : JSON.stringify(key)] = items[place + 1]!;
    }
    return fields;
  };

  return {
    next() {
      skipSpace();
      if (at >= text.length) return undefined;
      const began = line;
      return { value: value(), line: began };
    },
  };
}

/** Nothing that a history holds is nested so deeply, and the stack is not endless. */
const DEEPEST = 500;
const ATOM = /[^\s,;"[\](){}]+/y;

function atomOf(token: string): Json {
  if (token === 'nil') return null;
  if (token === 'true') return true;
  if (token === 'false') return false;
  if (/^[+-]?\d/.test(token)) {
    const number = Number(token.replace(/[NM]$/, ''));
    return Number.isNaN(number) ? token : number;
  }
  return token.startsWith(':') ? token.slice(1) : token;
}

/** Reads a whole history in EDN, with the lines of the text in what it says of a bad one. Throws `MalformedHistory`. */
export function ednHistory(text: string): History {
  const guard = orderGuard();
  const events: HistoryEvent[] = [];
  for (const { event, line } of ednEvents(text)) {
    guard(event, line);
    events.push(event);
  }
  return { events };
}

/** The events of a history as Jepsen writes it: maps one after the other, or one vector of maps. */
export function* ednEvents(text: string): Generator<{ readonly event: HistoryEvent; readonly line: number }> {
  const reader = ednReader(text);
  let position = 0;
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    const operations = Array.isArray(item.value) ? (item.value as readonly Json[]) : [item.value];
    for (const operation of operations) {
      yield { event: eventOf(fieldsOf(operation, item.line, position), item.line, position), line: item.line };
      position += 1;
    }
  }
}

function fieldsOf(operation: Json, line: number, position: number): Record<string, Json> {
  if (typeof operation !== 'object' || operation === null || Array.isArray(operation)) {
    throw new MalformedHistory(line, 'an operation must be a map');
  }
  const { type, process, f, value, time, key, error } = operation as Readonly<Record<string, Json | undefined>>;
  const fields: Record<string, Json> = { time: time ?? position, index: position, value: value ?? null };
  if (type !== undefined) fields.type = type;
  if (process !== undefined) fields.process = process;
  if (f !== undefined) fields.f = f;
  if (key !== undefined) fields.key = typeof key === 'string' ? key : JSON.stringify(key);
  if (error !== undefined && error !== null) fields.error = typeof error === 'string' ? error : JSON.stringify(error);
  if (value instanceof Tagged && Array.isArray(value.value)) {
    const [name, rest] = value.value as unknown as readonly [Json, Json];
    fields.key = typeof name === 'string' ? name : JSON.stringify(name);
    fields.value = rest;
  }
  return fields;
}
