import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initializeLog } from '@qflow/engine';
import type { z } from 'zod';
import type { Address, nodeConfiguration } from '../configuration/configuration.ts';
import { engineConfiguration } from '../configuration/engine-configuration.ts';
import { ConfigurationInvalid, checkConfiguration } from '../configuration/read-configuration.ts';
import { dealKeys } from '../crypto/deal-keys.ts';
import { peerIdOfSeed } from '../crypto/identity.ts';
import { sha256 } from '../crypto/threshold-crypto.ts';
import { fileStorage } from '../storage/file-storage.ts';
import type { ClusterFile } from './cluster-file.ts';

export interface GenesisOptions {
  readonly cluster?: string;
  readonly epoch?: number;
  /** 1 to 16. */
  readonly validators: number;
  /** Receives `cluster.json` and a directory `node-I` for each validator. Must hold no cluster yet. */
  readonly directory: string;
  /** Makes the same keys again, for experiments. Without it they are random. */
  readonly seed?: string;
  /** Where `from` dials `to`, which has the higher index: the address of `to`, or of a proxy before it. */
  readonly dialAddress: (from: number, to: number) => Address;
  readonly p2pAddress?: (index: number) => Address;
  readonly apiAddress?: (index: number) => Address;
  /** The same for all nodes; what is missing has the defaults of the configuration. */
  readonly settings?: Pick<z.input<typeof nodeConfiguration>, 'timing' | 'limits' | 'failureDetection'> & {
    readonly requestTimeoutMs?: number;
    readonly controlToken?: string;
  };
}

export interface Genesis {
  readonly clusterFile: string;
  readonly cluster: ClusterFile;
  readonly nodes: readonly GenesisNode[];
}

/** Absolute paths when `directory` was. */
interface GenesisNode {
  readonly index: number;
  readonly directory: string;
  readonly configurationFile: string;
  readonly dataDirectory: string;
  readonly eventsFile: string;
}

/** The directory holds a cluster already, whose keys would be lost. */
export class ClusterExists extends Error {
  override readonly name = 'ClusterExists';

  constructor(file: string) {
    super(`${file} exists already: choose another directory, or remove the old cluster first`);
  }
}

/**
 * Makes a cluster: deals the keys, writes the configuration of each node (readable by its owner alone) and the public
 * `cluster.json`, and begins each node's log, so that a wiped disk is told from a first start.
 * @throws ClusterExists
 * @throws ConfigurationInvalid when an option is out of bounds
 */
export function genesis(options: GenesisOptions): Genesis {
  const { validators, directory, cluster = 'qflow', epoch = 0, settings = {} } = options;
  if (!Number.isInteger(validators) || validators < 1 || validators > 16) {
    throw new ConfigurationInvalid('genesis', [{ path: 'validators', message: 'must be a whole number from 1 to 16' }]);
  }
  const clusterFile = join(directory, 'cluster.json');
  if (existsSync(clusterFile)) {
    throw new ClusterExists(clusterFile);
  }

  const derive = deriveFrom(options.seed === undefined ? randomBytes(32) : Buffer.from(options.seed));
  const keys = dealKeys(validators, (name) => derive(name, 48));
  const seeds = keys.secrets.map((_, index) => derive(`identity ${index}`, 32));
  const peers = seeds.map((seed, index) => ({ index, peerId: peerIdOfSeed(seed) }));

  const nodes = seeds.map((seed, self): GenesisNode => {
    const node = nodeIn(directory, self);
    const input: z.input<typeof nodeConfiguration> = {
      cluster,
      epoch,
      validators,
      self,
      dataDirectory: 'data',
      eventsFile: 'events.jsonl',
      identitySeed: Buffer.from(seed).toString('hex'),
      keys: {
        cluster: keys.cluster,
        secret: { ...keys.secrets[self]! },
      },
      p2p: options.p2pAddress?.(self) ?? { port: 0 },
      peers: peers
        .filter(({ index }) => index !== self)
        .map((peer) => (peer.index > self ? { ...peer, address: options.dialAddress(self, peer.index) } : peer)),
      api: {
        ...(options.apiAddress?.(self) ?? { port: 0 }),
        ...(settings.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: settings.requestTimeoutMs }),
      },
      ...(settings.timing && { timing: settings.timing }),
      ...(settings.limits && { limits: settings.limits }),
      ...(settings.failureDetection && { failureDetection: settings.failureDetection }),
      ...(settings.controlToken !== undefined && { control: { token: settings.controlToken } }),
    };
    const configuration = checkConfiguration(input, node.configurationFile);
    mkdirSync(node.directory, { recursive: true, mode: 0o700 });
    writeFileSync(node.configurationFile, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    initializeLog(fileStorage(node.dataDirectory), engineConfiguration(configuration), { hash: sha256 });
    return node;
  });

  // Last: with this file the cluster is complete.
  const file: ClusterFile = { cluster, epoch, validators, keys: keys.cluster, peers };
  writeFileSync(clusterFile, `${JSON.stringify(file, null, 2)}\n`, { flag: 'wx' });
  return { clusterFile, cluster: file, nodes };
}

function nodeIn(directory: string, index: number): GenesisNode {
  const own = join(directory, `node-${index}`);
  return {
    index,
    directory: own,
    configurationFile: join(own, 'configuration.json'),
    dataDirectory: join(own, 'data'),
    eventsFile: join(own, 'events.jsonl'),
  };
}

function deriveFrom(seed: Uint8Array): (name: string, bytes: number) => Uint8Array {
  return (name, bytes) => new Uint8Array(hkdfSync('sha256', seed, 'qflow genesis', name, bytes));
}
