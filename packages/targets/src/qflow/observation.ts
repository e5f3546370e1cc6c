import type { ClusterNode, Observation } from '@qflow/chaos';
import type { NodeStatus } from '@qflow/engine';

const nameOf = (index: number): string => `n${index + 1}`;

/** What a node says of itself, in the framework's words. */
export function observationOf(
  node: ClusterNode,
  { leader, finalized, connected, condition }: Pick<NodeStatus, 'leader' | 'finalized' | 'connected' | 'condition'>,
): Observation {
  return {
    node,
    answered: true,
    leader: nameOf(leader),
    height: finalized.height,
    connected: connected.map(nameOf),
    condition,
  };
}
