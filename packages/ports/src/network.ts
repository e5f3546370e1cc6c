/** A node's place in the validator set, from 0. It indexes keys, shares and peers alike. */
export type NodeIndex = number;

/**
 * Whole messages between known peers over authenticated links: `from` is proven by the transport.
 * A message arrives whole or not at all; it may be lost, duplicated, reordered or delayed at will.
 */
export interface Network {
  /**
   * Hands a message to the link to `to` and returns at once. Drops it when the link is down or its queue is full;
   * nobody is told. The bytes must not change afterwards.
   */
  send(to: NodeIndex, message: Uint8Array): void;

  /** Peers with a live link right now, in ascending order. */
  connected(): readonly NodeIndex[];

  /** Names the one listener. Nothing is delivered before, or after `close`. */
  listen(listener: NetworkListener): void;

  /** Closes every link. */
  close(): void;
}

export interface NetworkListener {
  onMessage(from: NodeIndex, message: Uint8Array): void;
  /** A link is up, for the first time or again: what was sent before may be lost. */
  onConnected(peer: NodeIndex): void;
  /** The link is down: closed by the peer, or judged dead by the transport's own failure detector. */
  onDisconnected(peer: NodeIndex): void;
}
