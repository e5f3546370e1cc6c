import { Command } from 'commander';
import type { RunOptions } from '../process/run-node.ts';
import { exitCode } from './exit-code.ts';
import { type GenesisFlags, genesisCommand } from './genesis-command.ts';
import { type NodeFlags, nodeCommand } from './node-command.ts';

/** The `qflow` command. `options` make another node of it: a broken one, or one that lies. */
export async function qflow(args: readonly string[], options: RunOptions = {}): Promise<void> {
  const program = new Command('qflow')
    .description('Runs flows on a cluster of nodes that trust no server and no single node.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.done : exitCode.misuse));

  program
    .command('genesis')
    .description('make the keys and the configuration of each node of a new cluster')
    .requiredOption('--validators <count>', 'how many nodes decide, 1 to 16')
    .requiredOption('--directory <path>', 'where to write them')
    .option('--cluster <name>', 'name of the cluster')
    .option('--seed <text>', 'make the same keys again; for experiments only')
    .option('--p2p-port <port>', 'where node 0 listens for its peers, node 1 one above, and so on', '4100')
    .option('--api-port <port>', 'where node 0 serves its API, node 1 one above, and so on', '4200')
    .action((flags: GenesisFlags) => genesisCommand(flags));

  program
    .command('node')
    .description('run a node until SIGTERM')
    .requiredOption('--config <file>', 'the configuration that genesis made')
    .option('--exit-with-parent', 'end at once when standard input is closed')
    .action((flags: NodeFlags) => nodeCommand(flags, options));

  await program.parseAsync(args, { from: 'user' });
}
