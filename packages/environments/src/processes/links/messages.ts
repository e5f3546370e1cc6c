import type { Address, LinkCounters } from './link.ts';

/** A pair of nodes by their indices; `from` < `to`, and `from` dials. */
export interface Pair {
  readonly from: number;
  readonly to: number;
}

/** What the framework asks of the process that holds the links. Each is answered by a reply with its `id`. */
export type LinksRequest = { readonly id: number } & (
  | { readonly ask: 'open'; readonly pairs: readonly Pair[] }
  /** Where connections to the node `to` lead from now on. */
  | { readonly ask: 'upstream'; readonly to: number; readonly upstream: Address | null }
  | { readonly ask: 'counters' }
);

export type LinksReply = { readonly id: number } & (
  | { readonly reply: 'opened'; readonly ports: readonly number[] }
  | { readonly reply: 'done' }
  | { readonly reply: 'counters'; readonly links: readonly (Pair & LinkCounters)[] }
  | { readonly reply: 'failed'; readonly reason: string }
);
