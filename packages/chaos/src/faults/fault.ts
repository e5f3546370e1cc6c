import type { Json } from '@qflow/checkers';
import type { Capability } from '../cluster/capability.ts';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import type { NodeSelection } from '../cluster/selection.ts';
import type { Healing } from '../safety/healing.ts';
import type { Undo } from '../safety/undo.ts';

/** A fault as data: journalled, replayed, shrunk, exported. The catalogue makes the fault of it again. */
export type FaultData = { readonly kind: string } & Readonly<Record<string, Json>>;

/** One kind of harm with its options. Works through the cluster's controls alone. */
export interface Fault {
  readonly name: string;
  readonly data: FaultData;
  readonly needs: readonly Capability[];
  /** Whom it harms; resolved by the injector, and shown to the gate, before anything is done. */
  readonly nodes: NodeSelection;

  /** The kinds of undo that it registers, in this order. Absent where it does not tell: a plan cannot show them then. */
  readonly undoes?: readonly Undo['undo'][];

  describe(): string;

  /**
   * Registers each undo before its harm. One that fails half-way is still healed whole.
   * Resolves with what it captured of the state before the harm, which the proof may compare with.
   */
  inject(cluster: Cluster, victims: readonly ClusterNode[], healing: Healing): Promise<Json>;

  /** Looks for the effect by another channel than the one that did the harm. */
  prove(cluster: Cluster, victims: readonly ClusterNode[], captured: Json): Promise<Proof>;
}

export type Proof =
  | { readonly proved: true; readonly evidence: Json }
  | { readonly proved: false; readonly reason: string };
