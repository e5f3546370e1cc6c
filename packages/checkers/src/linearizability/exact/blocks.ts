import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import type { Decision } from '../models/model.ts';
import { violation } from './chain.ts';

/** Operations that must take effect one right after the other, such as a write and the reads that saw it. */
export interface Block {
  /** What is current while the block lasts. */
  readonly name: Json;
  /** The first completion and the last invocation among its operations. */
  readonly firstEnd: number;
  readonly lastBegin: number;
}

/**
 * Decides whether blocks can be put in an order that agrees with real time, in O(n log n). A block is surely current
 * from its first end to its last begin (a forward zone), unless these come the other way round (a backward zone): no
 * two forward zones may overlap, and no backward zone may lie within a forward one. Gibbons and Korach, "Testing
 * Shared Memories" (1997). Inside each block the order must be right already. `witnesses` are the
 * operations that make the two moments of a block what they are.
 */
export function inSomeOrder<Kind extends Block>(
  blocks: readonly Kind[],
  witnesses: (block: Kind) => readonly Operation[],
): Decision {
  const forward = blocks.filter(({ firstEnd, lastBegin }) => firstEnd < lastBegin);
  const backward = blocks.filter(({ firstEnd, lastBegin }) => firstEnd >= lastBegin);
  forward.sort((one, other) => one.firstEnd - other.firstEnd);
  backward.sort((one, other) => one.lastBegin - other.lastBegin);

  for (let at = 1; at < forward.length; at += 1) {
    const earlier = forward[at - 1]!;
    const later = forward[at]!;
    if (earlier.lastBegin > later.firstEnd) {
      return both(`${show(earlier)} and ${show(later)} were both the surely current value`, earlier, later);
    }
  }

  let at = -1;
  for (const block of backward) {
    while (at + 1 < forward.length && forward[at + 1]!.firstEnd < block.lastBegin) at += 1;
    const around = forward[at];
    if (around !== undefined && block.firstEnd < around.lastBegin) {
      return both(`${show(block)} came and went while ${show(around)} was surely current`, block, around);
    }
  }
  return { linearizable: true };

  function both(reason: string, one: Kind, other: Kind): Decision {
    const involved = witnessesOf(...witnesses(one), ...witnesses(other));
    return violation(
      reason,
      [...involved].sort((a, b) => a.invokedAt - b.invokedAt),
    );
  }
}

/** What stands for a block in evidence: what began it, and the two operations that bound it. */
export function witnessesOf(...operations: readonly (Operation | undefined)[]): readonly Operation[] {
  return [...new Set(operations)].filter((operation) => operation !== undefined);
}

const show = ({ name }: Block): string => JSON.stringify(name);
