import type { Json } from '../history/history.ts';
import type { Operation } from '../history/operations.ts';
import { keyOf, type ValueKey } from '../history/value-key.ts';
import type { Anomaly } from './anomaly.ts';
import type { Transaction, Transactions } from './transaction.ts';

/** One value of one key: who wrote it, who read it. */
export interface Version {
  readonly number: number;
  readonly key: KeyVersions;
  readonly value: Json;
  /** Number of the writing transaction; −1 of the initial version. */
  readonly writer: number;
  /** Transactions that read it from outside, the writer not among them. */
  readonly readers: number[];
  /** The versions that a reader of this one wrote over it: at most one, where nothing is lost. */
  readonly overwriters: Version[];
}

export interface KeyVersions {
  readonly key: Json;
  /** The initial version first. */
  readonly versions: Version[];
}

export interface RegisterVersions {
  readonly keys: readonly KeyVersions[];
  readonly all: readonly Version[];
  /** Versions that each transaction read from outside. */
  readonly readsOf: readonly (readonly Version[])[];
  /** Versions that each transaction left behind. */
  readonly writesOf: readonly (readonly Version[])[];
  /** Whether each transaction surely committed: it said so, or somebody saw what it wrote. */
  readonly happened: Uint8Array;
}

interface Write {
  readonly node: number;
  readonly isFinal: boolean;
  readonly operation: Operation;
}

/** What transactions on registers with unique values read and wrote; says in passing which reads make no sense. */
export function versionsOf({ kept, aborted }: Transactions, found: Anomaly[]): RegisterVersions {
  const writes = writesByValue(kept, aborted, found);
  const happened = happenedOf(kept, writes);
  const keys = new Map<ValueKey, KeyVersions>();
  const versionOf = new Map<Write | KeyVersions, Version>();
  const all: Version[] = [];
  const add = (key: KeyVersions, value: Json, writer: number): Version => {
    const version: Version = { number: all.length, key, value, writer, readers: [], overwriters: [] };
    all.push(version);
    key.versions.push(version);
    return version;
  };
  const entryOf = (name: Json): KeyVersions => {
    const known = keys.get(keyOf(name));
    if (known !== undefined) return known;
    const fresh: KeyVersions = { key: name, versions: [] };
    keys.set(keyOf(name), fresh);
    versionOf.set(fresh, add(fresh, null, -1));
    return fresh;
  };

  const writesOf = kept.map(({ steps }, node) => {
    if (happened[node] === 0) return [];
    const last = new Map<KeyVersions, Json>();
    for (const [f, name, value] of steps) if (f === 'w') last.set(entryOf(name), value);
    return [...last].map(([key, value]) => {
      const version = add(key, value, node);
      const write = writes.get(key.key, value);
      if (write !== undefined) versionOf.set(write, version);
      return version;
    });
  });

  const readsOf = kept.map(({ steps, operation }, node) => {
    if (operation.outcome !== 'ok') return [];
    const own = new Map<ValueKey, Json>();
    const read: Version[] = [];
    for (const [f, name, value] of steps) {
      const place = keyOf(name);
      const known = own.get(place);
      own.set(place, value);
      if (f === 'w') continue;
      if (known !== undefined) {
        if (keyOf(known) === keyOf(value)) continue;
        found.push({
          name: 'internal',
          why: `internal: a transaction read ${show(value)} of ${show(name)} after it had read or written ${show(known)}`,
          operations: [operation],
        });
        continue;
      }
      if (value === null) {
        read.push(versionOf.get(entryOf(name))!);
        continue;
      }
      const write = writes.get(name, value);
      const problem = problemOf(write, name, value, operation);
      if (problem !== undefined) found.push(problem);
      const version = write === undefined ? undefined : versionOf.get(write);
      if (version !== undefined && version.writer !== node) read.push(version);
    }
    for (const version of read) version.readers.push(node);
    return read;
  });

  readsOf.forEach((read, node) => {
    for (const version of read) {
      const over = writesOf[node]!.find(({ key }) => key === version.key);
      if (over !== undefined) version.overwriters.push(over);
    }
  });
  for (const { key, value, overwriters } of all) {
    if (overwriters.length < 2) continue;
    found.push({
      name: 'lost-update',
      why: `lost-update: ${overwriters.length} transactions read ${show(value)} of ${show(key.key)} and wrote over it`,
      operations: overwriters.slice(0, 2).map(({ writer }) => kept[writer]!.operation),
    });
  }
  return { keys: [...keys.values()], all, readsOf, writesOf, happened };
}

function problemOf(write: Write | undefined, key: Json, value: Json, operation: Operation): Anomaly | undefined {
  const what = `${show(value)} of ${show(key)}`;
  if (write === undefined) {
    return { name: 'unwritten-read', why: `a transaction read ${what}, which nobody wrote`, operations: [operation] };
  }
  if (write.operation === operation) {
    return {
      name: 'internal',
      why: `internal: a transaction read ${what} before it wrote it`,
      operations: [operation],
    };
  }
  const operations = [write.operation, operation];
  if (write.node === -1) {
    return { name: 'G1a', why: `G1a: a transaction read ${what}, which was written by one that aborted`, operations };
  }
  if (write.isFinal) return undefined;
  return { name: 'G1b', why: `G1b: a transaction read ${what}, which its writer then wrote over`, operations };
}

interface Writes {
  get(key: Json, value: Json): Write | undefined;
}

function writesByValue(kept: readonly Transaction[], aborted: readonly Transaction[], found: Anomaly[]): Writes {
  const ofKey = new Map<ValueKey, Map<ValueKey, Write>>();
  const collect = ({ steps, operation }: Transaction, node: number) => {
    steps.forEach(([f, key, value], place) => {
      if (f !== 'w') return;
      const values = ofKey.get(keyOf(key)) ?? new Map<ValueKey, Write>();
      ofKey.set(keyOf(key), values);
      const isFinal = !steps.some((other, at) => at > place && other[0] === 'w' && keyOf(other[1]) === keyOf(key));
      const known = values.get(keyOf(value));
      if (known === undefined) values.set(keyOf(value), { node, isFinal, operation });
      else if (known.node !== -1 && node !== -1) {
        found.push({
          name: 'duplicate-elements',
          why: `${show(value)} was written twice to ${show(key)}: values must be unique to be told apart`,
          operations: [known.operation, operation],
        });
      }
    });
  };
  kept.forEach(collect);
  for (const transaction of aborted) collect(transaction, -1);
  return { get: (key, value) => ofKey.get(keyOf(key))?.get(keyOf(value)) };
}

function happenedOf(kept: readonly Transaction[], writes: Writes): Uint8Array {
  const happened = Uint8Array.from(kept, ({ operation }) => (operation.outcome === 'ok' ? 1 : 0));
  for (const { steps, operation } of kept) {
    if (operation.outcome !== 'ok') continue;
    for (const [f, key, value] of steps) {
      if (f !== 'r' || value === null) continue;
      const write = writes.get(key, value);
      if (write !== undefined && write.node !== -1) happened[write.node] = 1;
    }
  }
  return happened;
}

const show = (value: Json): string => JSON.stringify(value);
