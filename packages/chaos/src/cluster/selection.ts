/**
 * Whom a fault hits: the node that leads now, nodes that do not, any, all, or some by name.
 * `count` is how many, `'tolerance'` as many as the system promises to survive (f).
 * Resolved by the injector from what the nodes say of their leader, with the cluster's own randomness.
 */
export type NodeSelection =
  | 'leader'
  | { readonly role: 'leader' | 'follower' | 'any'; readonly count: number | 'tolerance' }
  | { readonly names: readonly string[] }
  /** The nodes that an earlier entry of the timeline hit, by that entry's label. */
  | { readonly sameAs: string };
