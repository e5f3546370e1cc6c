import type { Digest } from '@qflow/ports';

/** SHA-256 for real; it comes from the crypto port. */
export type Hash = (bytes: Uint8Array) => Digest;

/**
 * The first byte of everything that is hashed here, as in RFC 6962 section 2.1: what was hashed as one thing can never
 * be passed off as another.
 */
export const domain = {
  treeLeaf: 0,
  treeNode: 1,
  treeEmpty: 2,
  mapLeaf: 3,
  mapBranch: 4,
  mapEmpty: 5,
  state: 6,
} as const;

/** Where inputs are put together. A hash reads its input before it returns, so one place serves them all. */
let joined = new Uint8Array(4 * 1024);

export function hashOf(hash: Hash, first: number, ...parts: readonly Uint8Array[]): Digest {
  let length = 1;
  for (const part of parts) {
    length += part.length;
  }
  if (length > joined.length) {
    joined = new Uint8Array(length);
  }
  joined[0] = first;
  let offset = 1;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return hash(joined.subarray(0, length));
}
