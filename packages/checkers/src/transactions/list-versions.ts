import type { Json } from '../history/history.ts';
import { keyOf, type ValueKey } from '../history/value-key.ts';
import type { KeyVersions, RegisterVersions, Version } from './register-versions.ts';
import { listOf, type Transaction } from './transaction.ts';

/** Who appended an element. */
export interface Append {
  readonly element: Json;
  /** Number of the transaction; −1 of one that surely aborted. */
  readonly node: number;
  /** Whether the same transaction appended to the key again later. */
  isFinal: boolean;
  /** Number of the version that it made. */
  version: number;
  isSeen: boolean;
}

export interface Key {
  readonly key: Json;
  readonly appends: Map<ValueKey, Append>;
  longest: readonly Json[];
  longestNode: number;
  unseen: readonly Append[];
}

export type Keys = Map<ValueKey, Key>;

/** What a transaction read without what it had itself appended before: the version that others could see. */
export function withoutOwn(value: Json, own: number | undefined): readonly Json[] {
  const elements = listOf(value);
  return own === undefined ? elements : elements.slice(0, Math.max(0, elements.length - own));
}

/**
 * Lists as the registers that weak levels speak of: what a transaction left of a list is one version, and whoever read
 * the list up to there read that version.
 */
export function listVersions(keys: Keys, kept: readonly Transaction[]): RegisterVersions {
  const all: Version[] = [];
  const writesOf: Version[][] = kept.map(() => []);
  const readsOf: Version[][] = kept.map(() => []);
  const initials = new Map<Key, Version>();
  const versionOf = new Map<Append, Version>();
  const happened = Uint8Array.from(kept, ({ operation }) => (operation.outcome === 'ok' ? 1 : 0));
  for (const { appends } of keys.values()) {
    for (const { node, isSeen } of appends.values()) if (isSeen && node !== -1) happened[node] = 1;
  }

  const entries: KeyVersions[] = [];
  for (const key of keys.values()) {
    const entry: KeyVersions = { key: key.key, versions: [] };
    entries.push(entry);
    const add = (value: Json, writer: number): Version => {
      const version: Version = { number: all.length, key: entry, value, writer, readers: [], overwriters: [] };
      all.push(version);
      entry.versions.push(version);
      return version;
    };
    initials.set(key, add(null, -1));
    for (const append of key.appends.values()) {
      if (append.node === -1 || !append.isFinal || happened[append.node] === 0) continue;
      const version = add(append.element, append.node);
      versionOf.set(append, version);
      writesOf[append.node]!.push(version);
    }
  }

  kept.forEach(({ steps, operation }, node) => {
    if (operation.outcome !== 'ok') return;
    const isKnown = new Set<ValueKey>();
    for (const [f, keyName, value] of steps) {
      const name = keyOf(keyName);
      const isFirst = !isKnown.has(name);
      isKnown.add(name);
      if (f !== 'r' || !isFirst) continue;
      const key = keys.get(name);
      if (key === undefined) continue;
      const elements = listOf(value);
      const last = elements[elements.length - 1];
      const append = last === undefined ? undefined : key.appends.get(keyOf(last));
      const version = last === undefined ? initials.get(key) : append && versionOf.get(append);
      if (version === undefined || version.writer === node) continue;
      version.readers.push(node);
      readsOf[node]!.push(version);
    }
  });
  return { keys: entries, all, readsOf, writesOf, happened };
}
