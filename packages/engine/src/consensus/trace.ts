import type { Json, NodeIndex } from '@qflow/ports';
import type { Core } from './state.ts';

/** Adds an event to the step's effects; `contract.ts` lists them. */
export function trace<State>(core: Core<State>, event: string, value: Json): void {
  core.effects.push({ type: 'trace', event, value });
}

export function badMessage<State>(core: Core<State>, from: NodeIndex, reason: string): void {
  trace(core, 'bad-message', { from, reason });
}
