import type { Random } from '@qflow/ports';
import type { Cluster, ClusterNode, Observation } from './cluster.ts';
import { countOf, describeSelection, type NodeSelection } from './selection.ts';

const POLL_MS = 50;

/** Nobody fits the selection now. */
export class NoVictim extends Error {
  override readonly name = 'NoVictim';
}

export interface SelectionContext {
  /** Nodes that are harmed already: a role never picks them again. */
  readonly harmed: ReadonlySet<string>;
  /** Whom earlier entries hit, by label. */
  readonly hit: ReadonlyMap<string, readonly ClusterNode[]>;
  readonly random: Random;
  /** How long to wait for a leader that most nodes agree on. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** The nodes that a selection means now. @throws NoVictim */
export async function select(
  cluster: Cluster,
  selection: NodeSelection,
  context: SelectionContext,
): Promise<readonly ClusterNode[]> {
  if (typeof selection === 'object' && 'names' in selection) {
    return selection.names.map((name) => {
      const node = cluster.nodes.find((candidate) => candidate.name === name);
      if (node === undefined) throw new NoVictim(`there is no node "${name}" among ${namesOf(cluster.nodes)}`);
      return node;
    });
  }
  if (typeof selection === 'object' && 'sameAs' in selection) {
    const nodes = context.hit.get(selection.sameAs);
    if (nodes === undefined) throw new NoVictim(`"${selection.sameAs}" has hit nobody yet`);
    return nodes;
  }

  const role = selection === 'leader' ? 'leader' : selection.role;
  const count = countOf(selection, cluster.tolerance);
  const free = cluster.nodes.filter(({ name }) => !context.harmed.has(name));
  if (role === 'any') return sample(free, count, selection, context);

  const leader = await currentLeader(cluster, context);
  if (role === 'follower')
    return sample(
      free.filter(({ name }) => name !== leader.name),
      count,
      selection,
      context,
    );
  // Whoever leads, and who would lead with it: any others, since leaders rotate.
  return [
    leader,
    ...sample(
      free.filter(({ name }) => name !== leader.name),
      count - 1,
      selection,
      context,
    ),
  ];
}

/** The unharmed node that most of those who answer take for their leader. Ties go to the lower index. */
async function currentLeader(cluster: Cluster, context: SelectionContext): Promise<ClusterNode> {
  const endNs = cluster.clock.nowNs() + context.withinMs * 1e6;
  for (;;) {
    const named = leaderOf(await cluster.observe(1_000));
    const leader = cluster.nodes.find(({ name }) => name === named && !context.harmed.has(name));
    if (leader !== undefined) return leader;
    if (cluster.clock.nowNs() >= endNs) {
      throw new NoVictim(`no node that is unharmed led within ${context.withinMs} ms`);
    }
    await cluster.clock.sleep(POLL_MS, context.signal);
  }
}

/** Whom most observations name as leader, or undefined. */
export function leaderOf(observations: readonly Observation[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { answered, leader } of observations) {
    if (answered && leader !== undefined) votes.set(leader, (votes.get(leader) ?? 0) + 1);
  }
  let most: string | undefined;
  for (const [name, count] of votes) {
    if (most === undefined || count > votes.get(most)!) most = name;
  }
  return most;
}

function sample(
  from: readonly ClusterNode[],
  count: number,
  selection: NodeSelection,
  { random }: SelectionContext,
): readonly ClusterNode[] {
  if (from.length < count) {
    throw new NoVictim(`${describeSelection(selection)} cannot be picked: only ${namesOf(from) || 'none'} are left`);
  }
  // The first steps of a Fisher–Yates shuffle.
  const pool = [...from];
  for (let place = 0; place < count; place++) {
    const other = random.between(place, pool.length - 1);
    [pool[place], pool[other]] = [pool[other]!, pool[place]!];
  }
  return pool.slice(0, count);
}

const namesOf = (nodes: readonly ClusterNode[]): string => nodes.map(({ name }) => name).join(', ');
