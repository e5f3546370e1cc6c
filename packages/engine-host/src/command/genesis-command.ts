import { resolve } from 'node:path';
import { ConfigurationInvalid } from '../configuration/read-configuration.ts';
import { ClusterExists, genesis } from '../genesis/genesis.ts';
import { exitCode } from './exit-code.ts';

export interface GenesisFlags {
  readonly validators: string;
  readonly directory: string;
  readonly cluster?: string;
  readonly seed?: string;
  readonly p2pPort: string;
  readonly apiPort: string;
}

/** Makes a cluster on this machine: node I listens on the two base ports plus I. */
export function genesisCommand({ validators, directory, cluster, seed, p2pPort, apiPort }: GenesisFlags): void {
  const portFrom = (base: string) => (index: number) => ({ host: '127.0.0.1', port: Number(base) + index });
  const p2pAddress = portFrom(p2pPort);
  try {
    const made = genesis({
      validators: Number(validators),
      directory: resolve(directory),
      dialAddress: (_from, to) => p2pAddress(to),
      p2pAddress,
      apiAddress: portFrom(apiPort),
      ...(cluster !== undefined && { cluster }),
      ...(seed !== undefined && { seed }),
    });
    const lines = made.nodes.map((node) => `  qflow node --config ${node.configurationFile}`);
    process.stdout.write(`Made a cluster of ${made.nodes.length}. Start its nodes with\n${lines.join('\n')}\n`);
  } catch (error) {
    const isMisuse = error instanceof ConfigurationInvalid || error instanceof ClusterExists;
    process.stderr.write(`qflow: ${(error as Error).message}\n`);
    process.exitCode = isMisuse ? exitCode.misuse : exitCode.failed;
  }
}
