import type { Digest } from '@qflow/ports';

/** What a nullify vote names, which speaks of no block. */
export const noDigest: Digest = new Uint8Array(32);

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex: a digest as a key of a map, and as people read it. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 1) {
    text += pairs[bytes[index] as number];
  }
  return text;
}

export function sameDigest(one: Digest, other: Digest): boolean {
  for (let index = 0; index < 32; index += 1) {
    if (one[index] !== other[index]) {
      return false;
    }
  }
  return true;
}
