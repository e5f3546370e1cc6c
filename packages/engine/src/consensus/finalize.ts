import type { Certificate } from './certificate.ts';
import type { HeldBlock } from './chain.ts';
import { hex } from './digest.ts';
import { stateAfter } from './execute.ts';
import { afterFinalized } from './leader-schedule.ts';
import { requestKeys } from './mempool.ts';
import { want } from './on-blocks.ts';
import { isCatchingUp } from './pending-work.ts';
import type { Core } from './state.ts';
import { trace } from './trace.ts';

/** Makes the block of the highest finalize certificate final, with all its ancestors, once they are here. */
export function finalizeDecided<State>(core: Core<State>): void {
  const certificate = core.decided;
  if (certificate === null || !isCatchingUp(core)) {
    return;
  }
  const tip = hex(certificate.digest);
  // While ancestors are on their way, the last one asked for says enough: no walk over thousands of blocks each time.
  if (core.missing !== null && core.missing.tip === tip && core.chain.get(core.missing.key) === undefined) {
    if (!core.wanted.has(core.missing.key)) {
      want(core, core.missing.digest, core.missing.key, core.decidedBy);
    }
    return;
  }
  const path = core.chain.path(tip, core.head.sealed);
  if (path.complete) {
    core.missing = null;
    finalizePath(core, path.blocks.toReversed(), certificate);
    return;
  }
  const lowest = path.blocks.at(-1);
  if (core.chain.get(path.reached) !== undefined) {
    halt(core, `view ${certificate.view} is finalized on another chain than view ${core.head.sealed.header.view}`);
    return;
  }
  if (lowest !== undefined && lowest.sealed.header.height <= core.head.sealed.header.height + 1) {
    halt(core, `view ${certificate.view} is finalized on another chain than view ${core.head.sealed.header.view}`);
    return;
  }
  if (core.missing?.tip !== tip && !core.wanted.has(path.reached)) {
    const from = core.head.sealed.header.view;
    trace(core, 'catch-up', { from, to: certificate.view, peer: core.decidedBy });
  }
  const digest = lowest === undefined ? certificate.digest : lowest.sealed.header.parent;
  core.missing = { tip, key: path.reached, digest };
  want(core, digest, path.reached, core.decidedBy);
}

function finalizePath<State>(core: Core<State>, blocks: readonly HeldBlock<State>[], certificate: Certificate): void {
  const last = blocks.at(-1);
  if (last === undefined) {
    return;
  }
  if (stateAfter(core, last, core.decidedBy) === null) {
    halt(core, `view ${certificate.view} is finalized, but executing its chain here gives another state`);
    return;
  }
  for (const block of blocks) {
    const { header, key } = block.sealed;
    const stateRoot = hex(header.stateRoot);
    const { height, view, proposer } = header;
    trace(core, 'finalized', { height, view, digest: key, stateRoot, proposer });
    core.schedule = afterFinalized(core.schedule, header);
    for (const request of requestKeys(core.crypto.hash, block)) {
      core.mempool.remove(request);
    }
  }
  core.effects.push({ type: 'finalized', blocks, certificate });
  moveHead(core, last, certificate, blocks);
}

function moveHead<State>(
  core: Core<State>,
  head: HeldBlock<State>,
  certificate: Certificate,
  blocks: readonly HeldBlock<State>[],
): void {
  const { view } = head.sealed.header;
  core.spent.push(core.head, ...blocks);
  core.head = head;
  core.headCertificate = certificate;
  core.chain.finalize(blocks, view);
  for (const past of core.rounds.keys()) {
    if (past <= view) {
      core.rounds.delete(past);
    }
  }
  if (core.notarized !== null && core.notarized.view <= view) {
    core.notarized = null;
  }
  if (core.nullified !== null && core.nullified.view <= view) {
    core.nullified = null;
  }
  // Whatever is still needed is asked for again.
  core.wanted.clear();
  core.settling = 0;
  core.proposalDue = true;
  core.changed = true;
}

/** Lets the states of final blocks go, once those who heard of them are done: only the head's is built on. */
export function releaseSpent<State>(core: Core<State>): void {
  for (const past of core.spent) {
    if (past !== core.head) {
      past.executed = null;
    }
  }
  core.spent = [];
}

function halt<State>(core: Core<State>, reason: string): void {
  core.halted = true;
  trace(core, 'halted', { reason });
  core.effects.push({ type: 'halt', reason });
}
