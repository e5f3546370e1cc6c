import { z } from 'zod';

/**
 * Whom a fault hits: the node that leads now, nodes that do not, any, all, or some by name.
 * `count` is how many, `'tolerance'` as many as the system promises to survive (f).
 * Resolved by the injector from what the nodes say of their leader, with the cluster's own randomness.
 */
export const nodeSelectionSchema = z.union([
  z.literal('leader'),
  z.strictObject({
    role: z.enum(['leader', 'follower', 'any']),
    count: z.union([z.int().positive(), z.literal('tolerance')]),
  }),
  z.strictObject({ names: z.array(z.string()).min(1).readonly() }),
  /** The nodes that an earlier entry of the timeline hit, by that entry's label. */
  z.strictObject({ sameAs: z.string() }),
]);

export type NodeSelection = z.infer<typeof nodeSelectionSchema>;

/** A selection in words, for people. */
export function describeSelection(selection: NodeSelection): string {
  if (selection === 'leader') return 'the leader';
  if ('names' in selection) return selection.names.join(', ');
  if ('sameAs' in selection) return `the nodes of "${selection.sameAs}"`;

  const many = selection.count === 'tolerance' ? 'as many as tolerated' : String(selection.count);
  const noun = { leader: 'leaders', follower: 'followers', any: 'nodes' }[selection.role];
  return `${many} ${selection.count === 1 ? noun.slice(0, -1) : noun}`;
}

/** How many nodes a selection stands for; those of an earlier entry are no further ones. */
export function countOf(selection: NodeSelection, tolerance: number): number {
  if (selection === 'leader') return 1;
  if ('names' in selection) return selection.names.length;
  if ('sameAs' in selection) return 0;
  return selection.count === 'tolerance' ? tolerance : selection.count;
}
