import type { Digest, NodeIndex } from '@qflow/ports';

/** What a block's digest covers: all of it, the requests by their root. */
export interface BlockHeader {
  readonly view: number;
  readonly parent: Digest;
  /** The view of the parent; the views between are null. */
  readonly parentView: number;
  /** Blocks from genesis to this one; genesis has 0. */
  readonly height: number;
  readonly proposer: NodeIndex;
  readonly requestsRoot: Digest;
  /** The ledger after this block. */
  readonly stateRoot: Digest;
  /** The results of this block's requests. */
  readonly resultsRoot: Digest;
}

export interface Block {
  readonly header: BlockHeader;
  /** Encoded requests, in the order of their execution. */
  readonly requests: readonly Uint8Array[];
}
