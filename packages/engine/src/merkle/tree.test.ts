import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leafDigest, pathOf, rootOf, rootOfPath, treeOf } from './tree.ts';

const hash = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(bytes).digest());
const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => leafDigest(hash, Uint8Array.of(index, index >> 8)));

describe('a Merkle tree', () => {
  test('leads each leaf to the root from its own position, and from no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(70), (count, drawn, other) => {
        const leaves = leavesOf(count);
        const position = drawn % count;
        const tree = treeOf(hash, leaves);
        const root = rootOf(tree);
        const path = pathOf(tree, position);
        expect(rootOfPath(hash, leaves[position] as Uint8Array, position, path)).toEqual(root);
        if (other !== position) {
          expect(rootOfPath(hash, leaves[position] as Uint8Array, other, path)).not.toEqual(root);
        }
      }),
    );
  });

  test('has another root for any other list', () => {
    const roots = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      roots.add(Buffer.from(rootOf(treeOf(hash, leavesOf(count)))).toString('hex'));
    }
    expect(roots.size).toBe(40);
  });

  test('takes no inner node for a leaf', () => {
    const leaves = leavesOf(4);
    const [, , third, fourth] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const tree = treeOf(hash, leaves);
    const root = rootOf(tree);
    // An inner node's content, offered as a leaf's: the path above it would lead to the root.
    const inner = leafDigest(hash, Uint8Array.of(...third, ...fourth));
    const [, above] = pathOf(tree, 2) as [Uint8Array, Uint8Array];
    expect(rootOfPath(hash, inner, 1, [above])).not.toEqual(root);
  });
});
