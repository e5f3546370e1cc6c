import type { Digest } from '@qflow/ports';
import type { BlockHeader } from './block.ts';

/** Where in the chain requests are executed. */
export type Position = Pick<BlockHeader, 'view' | 'parentView' | 'height' | 'proposer'>;

/** What consensus orders requests for. Pure: a state is a value, and executing a block on it makes another. */
export interface Application<State> {
  genesis(): State;

  /** Requests of one block, in order. Deterministic; a request that is malformed or repeated changes nothing. */
  execute(state: State, position: Position, requests: readonly Uint8Array[]): Executed<State>;

  /** Whether this request may stand in a block on top of `state`: well-formed, not answered yet, not expired. */
  admits(state: State, view: number, request: Uint8Array): boolean;
}

export interface Executed<State> {
  readonly state: State;
  readonly stateRoot: Digest;
  readonly resultsRoot: Digest;
}
