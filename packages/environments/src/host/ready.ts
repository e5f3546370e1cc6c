import type { Cluster, ClusterNode, Observation } from '@qflow/chaos';

/** A cluster that did not become whole. */
export class ClusterNotReady extends Error {
  override readonly name = 'ClusterNotReady';
  readonly observations: readonly Observation[];

  constructor(why: string, observations: readonly Observation[]) {
    const seen = observations.map((observation) => describe(observation, observations.length));
    super(`The cluster did not become ready: ${why}; ${seen.join('; ')}`);
    this.observations = observations;
  }
}

const withinMs = 20_000;
const pollMs = 25;

/**
 * Resolves once every node answers and, where the target tells, is connected to all others.
 * @param ended a node that ended, so that waiting has no use any more
 * @throws ClusterNotReady
 */
export async function untilReady(
  { clock, nodes, observe }: Pick<Cluster, 'clock' | 'nodes' | 'observe'>,
  ended: () => ClusterNode | undefined,
): Promise<void> {
  const deadlineNs = clock.nowNs() + withinMs * 1e6;
  for (;;) {
    const observations = await observe(1_000);
    if (observations.every((seen) => isWhole(seen, nodes.length))) {
      return;
    }
    const lost = ended();
    if (lost !== undefined) {
      throw new ClusterNotReady(`${lost.name} ended`, observations);
    }
    if (clock.nowNs() > deadlineNs) {
      throw new ClusterNotReady(`${withinMs} ms have passed`, observations);
    }
    await clock.sleep(pollMs);
  }
}

const isWhole = ({ answered, connected }: Observation, size: number): boolean =>
  answered && (connected === undefined || connected.length === size - 1);

function describe({ node, answered, connected = [] }: Observation, size: number): string {
  return answered
    ? `${node.name} is connected to ${connected.length} of ${size - 1} others`
    : `${node.name} does not answer`;
}
