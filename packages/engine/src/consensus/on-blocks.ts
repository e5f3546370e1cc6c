import type { Digest, NodeIndex } from '@qflow/ports';
import { hex } from './digest.ts';
import { blocksMessageBytes, blocksPerMessage } from './messages.ts';
import type { SealedBlock } from './sealed-block.ts';
import type { Core } from './state.ts';

/**
 * Catching up runs backwards: from a certified block to its ancestors, each known by its digest before it is asked
 * for. So nothing is taken that a quorum did not vouch for, whoever sends it, and any peer will do.
 */
export function want<State>(core: Core<State>, digest: Digest, key: string, from: NodeIndex | null): void {
  if (core.wanted.has(key) || core.chain.get(key) !== undefined) {
    return;
  }
  const peer = from === null || from === core.configuration.self ? nextPeer(core, core.decidedBy) : from;
  core.wanted.set(key, { digest, from: peer });
  ask(core, digest, peer);
}

/** Asks other peers for what did not come. */
export function wantAgain<State>(core: Core<State>): void {
  for (const wanted of core.wanted.values()) {
    wanted.from = nextPeer(core, wanted.from);
    ask(core, wanted.digest, wanted.from);
  }
}

export function onWant<State>(core: Core<State>, from: NodeIndex, digest: Digest, aboveHeight: number): void {
  const blocks: SealedBlock[] = [];
  let bytes = 0;
  let block = core.chain.get(hex(digest));
  while (block !== undefined && block.sealed.header.height > aboveHeight && blocks.length < blocksPerMessage) {
    bytes += block.sealed.bytes.length;
    if (blocks.length > 0 && bytes > blocksMessageBytes) {
      break;
    }
    blocks.push(block.sealed);
    block = core.chain.get(block.sealed.parentKey);
  }
  if (blocks.length > 0) {
    core.effects.push({ type: 'send', to: from, message: { type: 'blocks', blocks } });
  }
}

/** Takes the blocks that were asked for, and through them their ancestors; asks for the next ones. */
export function onBlocks<State>(core: Core<State>, from: NodeIndex, blocks: readonly SealedBlock[]): void {
  const next = new Map<string, SealedBlock>();
  for (const block of blocks) {
    if (!core.wanted.has(block.key) && !next.has(block.key)) {
      continue;
    }
    core.wanted.delete(block.key);
    next.delete(block.key);
    storeBlock(core, block);
    const isAboveHead = block.header.height > core.head.sealed.header.height + 1;
    if (isAboveHead && core.chain.get(block.parentKey) === undefined) {
      next.set(block.parentKey, block);
    }
  }
  for (const [key, child] of next) {
    want(core, child.header.parent, key, from);
  }
}

/** Keeps a block, on disk too. */
export function storeBlock<State>(core: Core<State>, block: SealedBlock): void {
  if (core.chain.add(block) !== null) {
    core.changed = true;
    core.effects.push({ type: 'persist', record: { type: 'block', block } });
  }
}

function ask<State>(core: Core<State>, digest: Digest, peer: NodeIndex): void {
  const aboveHeight = core.head.sealed.header.height;
  core.effects.push({ type: 'send', to: peer, message: { type: 'want', digest, aboveHeight } });
}

/** The next connected peer in turn after this one. */
function nextPeer<State>(core: Core<State>, after: NodeIndex): NodeIndex {
  const { validators, self } = core.configuration;
  for (let step = 1; step <= validators; step += 1) {
    const peer = (after + step) % validators;
    if (peer !== self && core.connected.has(peer)) {
      return peer;
    }
  }
  return (self + 1) % validators;
}
