import type { NodeIndex } from '@qflow/ports';
import type { Executed } from './application.ts';
import type { HeldBlock } from './chain.ts';
import { sameDigest } from './digest.ts';
import { want } from './on-blocks.ts';
import type { SealedBlock } from './sealed-block.ts';
import type { Core } from './state.ts';

/**
 * The state after a block, executing it and its ancestors where that has not been done.
 * Null when an ancestor is missing (it is asked for), or when a block is not what its header says.
 */
export function stateAfter<State>(core: Core<State>, tip: HeldBlock<State>, ask: NodeIndex): Executed<State> | null {
  const pending: HeldBlock<State>[] = [];
  let block = tip;
  while (block.executed === null) {
    if (block.unsound) {
      return null;
    }
    pending.push(block);
    const parent = core.chain.get(block.sealed.parentKey);
    if (parent === undefined) {
      if (block.sealed.header.height > core.head.sealed.header.height + 1) {
        want(core, block.sealed.header.parent, block.sealed.parentKey, ask);
      }
      return null;
    }
    if (parent.executed === null && parent.sealed.header.height <= core.head.sealed.header.height) {
      return null;
    }
    block = parent;
  }
  for (let index = pending.length - 1; index >= 0; index -= 1) {
    const next = pending[index] as HeldBlock<State>;
    next.executed = executeOn(core, block, next.sealed);
    if (next.executed === null) {
      next.unsound = true;
      return null;
    }
    block = next;
  }
  return block.executed;
}

/** Null when the block does not follow this parent, or when its execution gives other roots than its header names. */
export function executeOn<State>(
  core: Core<State>,
  parent: HeldBlock<State>,
  { block, header }: SealedBlock,
): Executed<State> | null {
  if (parent.executed === null || !follows(parent, header)) {
    return null;
  }
  const executed = core.application.execute(parent.executed.state, header, block.requests);
  const isAsSaid =
    sameDigest(executed.stateRoot, header.stateRoot) && sameDigest(executed.resultsRoot, header.resultsRoot);
  return isAsSaid ? executed : null;
}

const follows = <State>({ sealed }: HeldBlock<State>, header: SealedBlock['header']): boolean =>
  header.height === sealed.header.height + 1 && header.parentView === sealed.header.view;
