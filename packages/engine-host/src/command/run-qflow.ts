import type { RunOptions } from '../process/run-node.ts';

/**
 * The `qflow` command with these arguments, for programs that are another node: a broken one, or one that lies. Loads
 * libp2p and the rest of a node only now: who makes clusters and checks their answers needs none of it.
 */
export async function runQflow(args: readonly string[], options: RunOptions = {}): Promise<void> {
  const { qflow } = await import('./qflow.ts');
  await qflow(args, options);
}
