import type { NodeIndex } from '@qflow/ports';
import { requestKey } from './mempool.ts';
import type { Core } from './state.ts';

/** A request of a client of this node: kept until it is final, and told to every node, since any may lead next. */
export function onSubmit<State>(core: Core<State>, request: Uint8Array): void {
  if (accept(core, request, true)) {
    core.effects.push({ type: 'broadcast', message: { type: 'submit', requests: [request] } });
  }
}

export function onForwarded<State>(core: Core<State>, _from: NodeIndex, requests: readonly Uint8Array[]): void {
  for (const request of requests) {
    accept(core, request, false);
  }
}

function accept<State>(core: Core<State>, request: Uint8Array, own: boolean): boolean {
  const state = core.head.executed?.state;
  if (core.mempool.isFull || state === undefined || request.length > core.configuration.limits.requestBytes) {
    return false;
  }
  const key = requestKey(core.crypto.hash, request);
  if (core.mempool.has(key) || !core.application.admits(state, core.view, request)) {
    return false;
  }
  core.mempool.add(key, request, own);
  core.proposalDue = true;
  core.changed = true;
  return true;
}
