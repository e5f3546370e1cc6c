import type { NodeIndex } from '@qflow/ports';

/** What every validator of a cluster agrees on, and who this one is. Plain data, validated by the host. */
export interface EngineConfiguration {
  /** Name of the cluster: part of every signed statement, so that nothing signed here counts elsewhere. */
  readonly cluster: string;
  /** The validator set's generation: part of every signed statement too. */
  readonly epoch: number;
  /** How many validators there are, 1 to 16. */
  readonly validators: number;
  readonly self: NodeIndex;
  readonly timing: Timing;
  readonly limits: Limits;
}

export interface Timing {
  /** Patience with a view's leader while all is well. It doubles with each view that fails, and shrinks back after. */
  readonly viewTimeoutMs: number;
  /** The most that patience grows to. */
  readonly greatestViewTimeoutMs: number;
  /**
   * A leader whose view began well waits until this long after the last proposal, unless a whole block of requests is
   * there: a block costs every node its signatures, however little is in it. 0: as fast as votes come in.
   */
  readonly blockIntervalMs: number;
  /** How often what is not yet finalised is sent again: messages may be lost. */
  readonly resendMs: number;
}

export interface Limits {
  /** Requests waiting for a place in a block; more are refused as surely not happened. */
  readonly pendingRequests: number;
  readonly requestsPerBlock: number;
  readonly requestBytes: number;
  /** How many views ahead of the current one a request may expire: bounds the table of answers. */
  readonly expiryViews: number;
}

export const defaultTiming: Timing = {
  viewTimeoutMs: 400,
  greatestViewTimeoutMs: 10_000,
  blockIntervalMs: 30,
  resendMs: 250,
};
export const defaultLimits: Limits = {
  pendingRequests: 5_000,
  requestsPerBlock: 500,
  requestBytes: 64 * 1024,
  expiryViews: 100_000,
};
