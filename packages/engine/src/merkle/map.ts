import type { Digest } from '@qflow/ports';
import { domain, type Hash, hashOf } from './domain.ts';

/**
 * A map whose older versions stay as they were, and that knows a digest of its whole content: a trie over the 64 hex
 * digits of each entry's path (a digest, so nobody can choose long ones). Its shape, and with it its digest, depends on
 * the content alone, never on the way there. Null is the empty map.
 */
export type MerkleMap<Value> = Leaf<Value> | Branch<Value> | null;

interface Leaf<Value> {
  readonly path: Digest;
  readonly value: Value;
  /** Known once it was asked for. */
  digest: Digest | null;
}

/** Holds at least two entries. */
interface Branch<Value> {
  readonly path: null;
  /** Bit d is set when there is a child for digit d. */
  readonly digits: number;
  /** In the order of their digits. */
  readonly children: readonly (Leaf<Value> | Branch<Value>)[];
  digest: Digest | null;
}

/** How a map's values look to its digest. The encoding has to hold everything that matters about the entry. */
export type EncodeValue<Value> = (value: Value) => Uint8Array;

export function get<Value>(map: MerkleMap<Value>, path: Digest): Value | undefined {
  let node = map;
  for (let depth = 0; node !== null; depth += 1) {
    if (node.path !== null) {
      return isSamePath(node.path, path) ? node.value : undefined;
    }
    const bit = 1 << digitOf(path, depth);
    if ((node.digits & bit) === 0) {
      return undefined;
    }
    node = node.children[countBits(node.digits & (bit - 1))] ?? null;
  }
  return undefined;
}

export function set<Value>(map: MerkleMap<Value>, path: Digest, value: Value): MerkleMap<Value> {
  const leaf: Leaf<Value> = { path, value, digest: null };
  return map === null ? leaf : setBelow(map, leaf, 0);
}

export function remove<Value>(map: MerkleMap<Value>, path: Digest): MerkleMap<Value> {
  return map === null ? null : removeBelow(map, path, 0);
}

/** In the order of their paths. */
export function* values<Value>(map: MerkleMap<Value>): Generator<Value> {
  if (map === null) {
    return;
  }
  if (map.path !== null) {
    yield map.value;
    return;
  }
  for (const child of map.children) {
    yield* values(child);
  }
}

/** Costs one hash for each entry and branch that is new since a version whose digest was asked for. */
export function digestOf<Value>(hash: Hash, encodeValue: EncodeValue<Value>, map: MerkleMap<Value>): Digest {
  if (map === null) {
    return hashOf(hash, domain.mapEmpty);
  }
  if (map.digest === null) {
    if (map.path !== null) {
      map.digest = hashOf(hash, domain.mapLeaf, map.path, encodeValue(map.value));
    } else {
      const digits = Uint8Array.of(map.digits >>> 8, map.digits);
      const below = map.children.map((child) => digestOf(hash, encodeValue, child));
      map.digest = hashOf(hash, domain.mapBranch, digits, ...below);
    }
  }
  return map.digest;
}

function setBelow<Value>(
  node: Leaf<Value> | Branch<Value>,
  leaf: Leaf<Value>,
  depth: number,
): Leaf<Value> | Branch<Value> {
  if (node.path !== null) {
    return isSamePath(node.path, leaf.path) ? leaf : divide(node, leaf, depth);
  }
  const bit = 1 << digitOf(leaf.path, depth);
  const place = countBits(node.digits & (bit - 1));
  const children = node.children.slice();
  const below = children[place];
  if ((node.digits & bit) === 0 || below === undefined) {
    children.splice(place, 0, leaf);
    return branch(node.digits | bit, children);
  }
  children[place] = setBelow(below, leaf, depth + 1);
  return branch(node.digits, children);
}

/** The smallest subtree at `depth` that holds two leaves. */
function divide<Value>(one: Leaf<Value>, other: Leaf<Value>, depth: number): Branch<Value> {
  const oneDigit = digitOf(one.path, depth);
  const otherDigit = digitOf(other.path, depth);
  if (oneDigit === otherDigit) {
    return branch(1 << oneDigit, [divide(one, other, depth + 1)]);
  }
  return branch((1 << oneDigit) | (1 << otherDigit), oneDigit < otherDigit ? [one, other] : [other, one]);
}

function removeBelow<Value>(node: Leaf<Value> | Branch<Value>, path: Digest, depth: number): MerkleMap<Value> {
  if (node.path !== null) {
    return isSamePath(node.path, path) ? null : node;
  }
  const bit = 1 << digitOf(path, depth);
  const place = countBits(node.digits & (bit - 1));
  const below = node.children[place];
  if ((node.digits & bit) === 0 || below === undefined) {
    return node;
  }
  const rest = removeBelow(below, path, depth + 1);
  if (rest === below) {
    return node;
  }
  const children = node.children.slice();
  if (rest === null) {
    children.splice(place, 1);
  } else {
    children[place] = rest;
  }
  // A branch with one entry left below it would have another shape than the map that never held more: lift the entry.
  const only = children.length === 1 ? children[0] : undefined;
  if (only !== undefined && only.path !== null) {
    return only;
  }
  return branch(rest === null ? node.digits & ~bit : node.digits, children);
}

const branch = <Value>(digits: number, children: readonly (Leaf<Value> | Branch<Value>)[]): Branch<Value> => ({
  path: null,
  digits,
  children,
  digest: null,
});

function digitOf(path: Digest, depth: number): number {
  const byte = path[depth >> 1];
  if (byte === undefined) {
    throw new RangeError('Two entries of a map have paths of which one begins with the other.');
  }
  return depth % 2 === 0 ? byte >>> 4 : byte & 0xf;
}

function countBits(bits: number): number {
  let pairs = bits - ((bits >>> 1) & 0x5555);
  pairs = (pairs & 0x3333) + ((pairs >>> 2) & 0x3333);
  pairs = (pairs + (pairs >>> 4)) & 0x0f0f;
  return (pairs + (pairs >>> 8)) & 0x1f;
}

function isSamePath(one: Digest, other: Digest): boolean {
  if (one === other) {
    return true;
  }
  for (let index = 0; index < one.length; index += 1) {
    if (one[index] !== other[index]) {
      return false;
    }
  }
  return one.length === other.length;
}
