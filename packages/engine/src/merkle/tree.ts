import type { Digest } from '@qflow/ports';
import { domain, type Hash, hashOf } from './domain.ts';

/**
 * A Merkle tree over a list, with the domain separation of RFC 6962. Unlike there, the list is filled up to a power of
 * two with empty leaves, so that a path says by its length alone how large the tree is.
 */
export const leafDigest = (hash: Hash, content: Uint8Array): Digest => hashOf(hash, domain.treeLeaf, content);

const greatestDepth = 32;

/** @param leaves from `leafDigest` */
export function treeRoot(hash: Hash, leaves: readonly Digest[]): Digest {
  let level = leaves;
  let filler = hashOf(hash, domain.treeEmpty);
  if (level.length === 0) {
    return filler;
  }
  while (level.length > 1) {
    level = levelAbove(hash, level, filler);
    filler = hashOf(hash, domain.treeNode, filler, filler);
  }
  return level[0] as Digest;
}

/** The siblings on the way from a leaf up to the root. @throws RangeError when there is no such leaf */
export function treePath(hash: Hash, leaves: readonly Digest[], position: number): readonly Digest[] {
  if (!Number.isInteger(position) || position < 0 || position >= leaves.length) {
    throw new RangeError(`There is no leaf ${position} among ${leaves.length}.`);
  }
  const path: Digest[] = [];
  let level = leaves;
  let place = position;
  let filler = hashOf(hash, domain.treeEmpty);
  while (level.length > 1) {
    path.push(level[place ^ 1] ?? filler);
    level = levelAbove(hash, level, filler);
    filler = hashOf(hash, domain.treeNode, filler, filler);
    place >>= 1;
  }
  return path;
}

/** The root of the tree in which this path leads from this leaf, standing at this position; null when none can. */
export function rootOfPath(hash: Hash, leaf: Digest, position: number, path: readonly Digest[]): Digest | null {
  if (path.length > greatestDepth || !Number.isInteger(position) || position < 0 || position >= 2 ** path.length) {
    return null;
  }
  let digest = leaf;
  let place = position;
  for (const sibling of path) {
    // Any other length would let the bytes of two children be divided in another way.
    if (sibling.length !== 32) {
      return null;
    }
    digest =
      place % 2 === 0 ? hashOf(hash, domain.treeNode, digest, sibling) : hashOf(hash, domain.treeNode, sibling, digest);
    place = Math.floor(place / 2);
  }
  return digest;
}

function levelAbove(hash: Hash, level: readonly Digest[], filler: Digest): readonly Digest[] {
  const above: Digest[] = [];
  for (let place = 0; place < level.length; place += 2) {
    above.push(hashOf(hash, domain.treeNode, level[place] as Digest, level[place + 1] ?? filler));
  }
  return above;
}
