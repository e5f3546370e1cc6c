import type { Digest } from '@qflow/ports';
import { domain, type Hash, hashOf } from './domain.ts';

/**
 * A Merkle tree over a list, with the domain separation of RFC 6962. Unlike there, the list is filled up to a power of
 * two with empty leaves, so that a path says by its length alone how large the tree is.
 */
export const leafDigest = (hash: Hash, content: Uint8Array): Digest => hashOf(hash, domain.treeLeaf, content);

const greatestDepth = 32;

/** From the leaves up to the root. Each level has a filler, which stands for what is missing at its end. */
export interface Tree {
  readonly levels: readonly (readonly Digest[])[];
  readonly fillers: readonly Digest[];
}

/** @param leaves from `leafDigest` */
export function treeOf(hash: Hash, leaves: readonly Digest[]): Tree {
  const levels = [leaves];
  const fillers = [hashOf(hash, domain.treeEmpty)];
  for (let level = leaves; level.length > 1; ) {
    const filler = fillers.at(-1) as Digest;
    level = levelAbove(hash, level, filler);
    levels.push(level);
    fillers.push(hashOf(hash, domain.treeNode, filler, filler));
  }
  return { levels, fillers };
}

export const rootOf = ({ levels, fillers }: Tree): Digest => levels.at(-1)?.[0] ?? (fillers[0] as Digest);

/** The siblings on the way from a leaf up to the root. @throws RangeError when there is no such leaf */
export function pathOf({ levels, fillers }: Tree, position: number): readonly Digest[] {
  const count = levels[0]?.length ?? 0;
  if (!Number.isInteger(position) || position < 0 || position >= count) {
    throw new RangeError(`There is no leaf ${position} among ${count}.`);
  }
  return levels.slice(0, -1).map((level, depth) => level[(position >> depth) ^ 1] ?? (fillers[depth] as Digest));
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
