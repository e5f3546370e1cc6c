import type { Json } from '@qflow/checkers';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import type { ProcessState } from '../cluster/controls.ts';
import type { Proof } from './fault.ts';

/** How long a node that is up may take to answer, before its silence counts. */
const SILENCE_MS = 300;

/**
 * Every victim is in this state, as the kernel sees it, and answers nobody: two channels, neither of them the one that
 * did the harm.
 */
export async function provedState(
  cluster: Cluster,
  victims: readonly ClusterNode[],
  wanted: ProcessState,
  further: { readonly [name: string]: Json } = {},
): Promise<Proof> {
  const { processes } = cluster;
  if (processes === undefined) return { proved: false, reason: 'the environment does not show the state of processes' };

  const states = await Promise.all(victims.map((node) => processes.state(node)));
  const wrong = victims.findIndex((_, place) => states[place] !== wanted);
  if (wrong >= 0) return { proved: false, reason: `${victims[wrong]!.name} is ${states[wrong]}, not ${wanted}` };

  const observed = await cluster.observe(SILENCE_MS);
  const speaking = observed.find(({ node, answered }) => answered && victims.some(({ name }) => name === node.name));
  if (speaking !== undefined) return { proved: false, reason: `${speaking.node.name} still answers` };

  const state: Json = Object.fromEntries(victims.map(({ name }) => [name, wanted]));
  return { proved: true, evidence: { state, silentForMs: SILENCE_MS, ...further } };
}
