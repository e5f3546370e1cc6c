import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { type Block, inSomeOrder, witnessesOf } from './blocks.ts';
import { inThisOrder, violation } from './chain.ts';

/** Everything from one put up to the next: what was appended since shows in each text that was read. */
interface Era {
  /** What it began with; undefined: with the initial value. */
  readonly put: Operation | undefined;
  readonly name: Json;
  /** The longest text read, as the parts that it is made of, without the one it began with. */
  parts: readonly string[];
  longest: Operation | undefined;
  readonly reads: { readonly read: Operation; readonly parts: readonly string[] }[];
}

interface Part extends Block {
  readonly witnesses: () => readonly Operation[];
}

interface Texts {
  readonly puts: ReadonlyMap<string, Operation>;
  readonly appends: ReadonlyMap<string, Operation>;
  readonly reads: readonly { readonly read: Operation; readonly result: Json }[];
}

/**
 * Decides a text that is put and appended to in parts that are all different and of which none begins another, in about
 * linear time, or returns undefined when this is none. What is read shows the order of all that was appended since the
 * last put, so that only the order of puts, with all that followed each, is left to find.
 */
export function appendedText(
  operations: readonly Operation[],
  calls: readonly Call[],
  initial: Json,
): Decision | undefined {
  if (initial !== null && typeof initial !== 'string') return undefined;
  const texts = textsOf(operations, calls);
  if (texts === undefined) return undefined;
  const { puts, appends, reads } = texts;
  const first = initial ?? '';
  const split = splitterOf([...puts.keys(), ...appends.keys(), ...(first === '' ? [] : [first])]);
  if (split === undefined || puts.has(first) || appends.has(first)) return undefined;

  const eras = new Map<string, Era>();
  const entryOf = (name: string): Era => {
    const known = eras.get(name);
    if (known !== undefined) return known;
    const fresh: Era = { put: puts.get(name), name, parts: [], longest: undefined, reads: [] };
    eras.set(name, fresh);
    return fresh;
  };
  for (const { read, result } of reads) {
    if (typeof result !== 'string' && result !== initial) return unwritten(result, read);
    if (result === '' && initial === null) return unwritten(result, read);
    const parts = split(typeof result === 'string' ? result : '');
    if (parts === undefined) return unwritten(result, read);
    const [begin = ''] = parts;
    const isFromPut = puts.has(begin) || (first !== '' && begin === first);
    if (!isFromPut && first !== '') return unwritten(result, read);
    const appended = isFromPut ? parts.slice(1) : parts;
    if (!appended.every((part) => appends.has(part))) return unwritten(result, read);
    const era = entryOf(isFromPut ? begin : first);
    era.reads.push({ read, parts: appended });
    if (era.longest === undefined || appended.length > era.parts.length) {
      era.parts = appended;
      era.longest = read;
    }
  }

  const eraOf = new Map<string, Era>();
  const blocks: Part[] = [];
  for (const era of eras.values()) {
    for (const part of era.parts) {
      const other = eraOf.get(part);
      if (other !== undefined) {
        const witnesses = witnessesOf(other.longest, era.longest, appends.get(part));
        return asItIs(violation(`${JSON.stringify(part)} was appended once and read after two puts`, witnesses));
      }
      eraOf.set(part, era);
    }
    const decision = blockOf(era, appends, blocks);
    if (!decision.linearizable) return asItIs(decision);
  }

  // What nobody saw was overwritten by the next put, wherever that was; and may not have happened at all.
  for (const [texts, isSeen] of [
    [puts, (name: string) => eras.has(name)],
    [appends, (name: string) => eraOf.has(name)],
  ] as const) {
    for (const [name, operation] of texts) {
      const { completedAt, invokedAt } = operation;
      if (isSeen(name) || completedAt === Number.POSITIVE_INFINITY) continue;
      blocks.push({ name, firstEnd: completedAt, lastBegin: invokedAt, witnesses: () => [operation] });
    }
  }
  return asItIs(inSomeOrder(blocks, ({ witnesses }) => witnesses()));
}

function textsOf(operations: readonly Operation[], calls: readonly Call[]): Texts | undefined {
  const puts = new Map<string, Operation>();
  const appends = new Map<string, Operation>();
  const reads: { read: Operation; result: Json }[] = [];
  for (let at = 0; at < calls.length; at += 1) {
    const { f, value, result } = calls[at]!;
    const operation = operations[at]!;
    if (f === 'read') {
      if (result !== undefined) reads.push({ read: operation, result });
      continue;
    }
    const isKnown = f === 'write' || f === 'append';
    if (!isKnown || typeof value !== 'string' || value === '' || puts.has(value) || appends.has(value)) {
      return undefined;
    }
    (f === 'write' ? puts : appends).set(value, operation);
  }
  return { puts, appends, reads };
}

/** Takes texts apart, undefined for one that is not made of parts. No such function where one part begins another. */
function splitterOf(parts: readonly string[]): ((text: string) => readonly string[] | undefined) | undefined {
  const sorted = [...parts].sort();
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at]!.startsWith(sorted[at - 1]!)) return undefined;
  }
  const known = new Set(parts);
  const lengths = [...new Set(parts.map(({ length }) => length))].sort((one, other) => one - other);

  return (text) => {
    const found: string[] = [];
    let last = lengths[0] ?? 0;
    for (let at = 0; at < text.length; ) {
      // Parts are mostly as long as the one before.
      const isKnown = (size: number) => known.has(text.slice(at, at + size));
      const length = isKnown(last) ? last : lengths.find(isKnown);
      if (length === undefined) return undefined;
      found.push(text.slice(at, at + length));
      at += length;
      last = length;
    }
    return found;
  };
}

/** Adds the block of an era, unless its own operations cannot be in the order that its reads show. */
function blockOf(era: Era, appends: ReadonlyMap<string, Operation>, blocks: Part[]): Decision {
  const { put, name, parts, longest, reads } = era;
  if (new Set(parts).size < parts.length) return violation('a read saw one part twice', [longest!]);

  const readsOfLength = new Map<number, Operation[]>();
  for (const { read, parts: seen } of reads) {
    if (seen.some((part, at) => part !== parts[at])) {
      return violation('two reads saw different orders', witnessesOf(longest, read, put));
    }
    const same = readsOfLength.get(seen.length);
    if (same === undefined) readsOfLength.set(seen.length, [read]);
    else same.push(read);
  }
  const groups: Operation[][] = [put === undefined ? [] : [put], readsOfLength.get(0) ?? []];
  for (const [at, part] of parts.entries()) groups.push([appends.get(part)!], readsOfLength.get(at + 1) ?? []);
  const decision = inThisOrder(groups);
  if (!decision.linearizable) {
    // Only a read that shows both ties the two to each other.
    return { ...decision, operations: witnessesOf(...decision.operations, longest, put) };
  }

  const all = groups.flat();
  const endsFirst = all.reduce((one, other) => (other.completedAt < one.completedAt ? other : one));
  const beginsLast = all.reduce((one, other) => (other.invokedAt > one.invokedAt ? other : one));
  blocks.push({
    name,
    // The initial value was put before time.
    firstEnd: put === undefined ? -1 : endsFirst.completedAt,
    lastBegin: beginsLast.invokedAt,
    witnesses: () => witnessesOf(put, ...(put === undefined ? [] : [endsFirst]), beginsLast, longest),
  });
  return decision;
}

/** Reads show parts whose appends are not among the evidence, so that it cannot be judged by itself. */
const asItIs = (decision: Decision): Decision => (decision.linearizable ? decision : { ...decision, isSmallest: true });

const unwritten = (result: Json, read: Operation): Decision =>
  violation(`a read returned ${JSON.stringify(result)}, which nobody can have written`, [read]);
