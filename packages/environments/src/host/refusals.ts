import type { ClusterNode, ProcessState } from '@qflow/chaos';

/** A node was to be harmed that does not run. */
export class NodeIsDown extends Error {
  override readonly name = 'NodeIsDown';

  constructor(node: ClusterNode, deed: string) {
    super(`${node.name} does not run, so there is nothing to ${deed}`);
  }
}

/** A node was to be started that is there already. */
export class NodeIsUp extends Error {
  override readonly name = 'NodeIsUp';

  constructor(node: ClusterNode, state: ProcessState) {
    super(`${node.name} is ${state} already`);
  }
}

/** A node that ended, kept silent, or refused, instead of starting. */
export class NodeDidNotStart extends Error {
  override readonly name = 'NodeDidNotStart';
  readonly node: string;

  constructor(node: ClusterNode, why: string) {
    super(`${node.name} did not start: ${why}`);
    this.node = node.name;
  }
}

/** A disk was to be damaged that cannot be, and why. */
export class DiskUntouched extends Error {
  override readonly name = 'DiskUntouched';

  constructor(node: ClusterNode, why: string) {
    super(`The disk of ${node.name} is left as it is: ${why}`);
  }
}
