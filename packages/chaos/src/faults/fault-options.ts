import { z } from 'zod';
import type { Cluster } from '../cluster/cluster.ts';
import { type NodeSelection, nodeSelectionSchema } from '../cluster/selection.ts';

/** Whom a fault hits; the only option that most have. */
export interface FaultOptions {
  readonly nodes: NodeSelection;
}

/** The shape of a fault of this kind as data, with its further fields. */
export const faultDataSchema = <Kind extends string, Fields extends z.ZodRawShape>(kind: Kind, fields: Fields) =>
  z.strictObject({ kind: z.literal(kind), nodes: nodeSelectionSchema, ...fields });

/** A control that the fault said it needs. @throws Error when the cluster has not got it all the same */
export function control<Name extends 'processes' | 'disks' | 'trace'>(
  cluster: Cluster,
  name: Name,
): NonNullable<Cluster[Name]> {
  const found = cluster[name];
  if (found === undefined) throw new Error(`this cluster has no control of ${name}`);
  return found;
}
