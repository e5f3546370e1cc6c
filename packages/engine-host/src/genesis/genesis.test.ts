import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationInvalid, readConfiguration } from '../configuration/read-configuration.ts';
import { readClusterFile } from './cluster-file.ts';
import { ClusterExists, type GenesisOptions, genesis } from './genesis.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qflow-genesis-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

// A test breaks it in ways that its type forbids.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Loose = Record<string, any>;

const dialAddress = (from: number, to: number) => ({ host: '127.0.0.1', port: 10_000 + 100 * from + to });
const make = (options: Partial<GenesisOptions> = {}) => genesis({ validators: 4, directory, dialAddress, ...options });

describe('genesis', () => {
  test('writes a configuration for each node that its node accepts, with absolute paths', () => {
    const { nodes } = make();

    for (const node of nodes) {
      const configuration = readConfiguration(node.configurationFile);
      expect(configuration).toMatchObject({ self: node.index, validators: 4, dataDirectory: node.dataDirectory });
      expect(configuration.eventsFile).toBe(node.eventsFile);
      expect(configuration.control).toBeUndefined();
    }
  });

  test('gives an address to the lower index of a pair alone', () => {
    const { peers } = readConfiguration(make().nodes[1]!.configurationFile);

    expect(peers.map((peer) => [peer.index, peer.address?.port])).toEqual([
      [0, undefined],
      [2, 10_102],
      [3, 10_103],
    ]);
  });

  test('shows secrets to the owner alone, and none of them in cluster.json', () => {
    const { nodes, clusterFile, cluster } = make();
    const secrets = nodes.flatMap((node) => {
      expect(statSync(node.configurationFile).mode & 0o077).toBe(0);
      const { keys, identitySeed } = readConfiguration(node.configurationFile);
      return [keys.secret.quorum, keys.secret.result, identitySeed];
    });

    expect(new Set(secrets).size).toBe(12);
    const open = readFileSync(clusterFile, 'utf8');
    expect(secrets.filter((secret) => open.includes(secret))).toEqual([]);
    expect(readClusterFile(clusterFile)).toEqual(cluster);
  });

  test('makes the same cluster from the same seed, and another one from another seed or from none', () => {
    const peers = (seed?: string) =>
      make({ directory: mkdtempSync(join(directory, 'c-')), ...(seed !== undefined && { seed }) }).cluster;

    expect(peers('a')).toEqual(peers('a'));
    expect(peers('a')).not.toEqual(peers('b'));
    expect(peers()).not.toEqual(peers());
  });

  test('passes the settings on', () => {
    const { nodes } = make({
      settings: { timing: { viewTimeoutMs: 123 }, requestTimeoutMs: 77, controlToken: 'a token of the experiment' },
    });

    expect(readConfiguration(nodes[0]!.configurationFile)).toMatchObject({
      timing: { viewTimeoutMs: 123, resendMs: 250 },
      api: { requestTimeoutMs: 77 },
      control: { token: 'a token of the experiment' },
    });
  });

  test('never overwrites a cluster', () => {
    make();

    expect(() => make()).toThrow(ClusterExists);
  });

  test('refuses a size out of bounds before it writes anything', () => {
    for (const validators of [0, 17, 2.5]) {
      expect(() => make({ validators })).toThrow('genesis: validators must be a whole number from 1 to 16');
    }
    expect(existsSync(join(directory, 'node-0'))).toBe(false);
  });
});

describe('a configuration file', () => {
  const problems = (change: (configuration: Loose) => unknown): string[] => {
    const file = make({ directory: mkdtempSync(join(directory, 'c-')) }).nodes[1]!.configurationFile;
    const value = JSON.parse(readFileSync(file, 'utf8'));
    change(value);
    writeFileSync(file, JSON.stringify(value));
    try {
      readConfiguration(file);
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationInvalid);
      return (error as Error).message.split('\n').map((line) => line.replace(`${file}: `, ''));
    }
  };

  test('is refused with one line for each problem, naming the field', () => {
    expect(
      problems((value) => {
        value.api.port = 70_000;
        value.timing.resendMs = '5';
        value.p2p.host = 'localhost';
        value.tming = {};
        delete value.cluster;
      }),
    ).toEqual([
      'cluster is missing',
      'p2p.host must be an IPv4 address, such as 127.0.0.1',
      'api.port must be at most 65535',
      'timing.resendMs is wrong: expected number, received string',
      'tming is not known here',
    ]);
  });

  test.each<[string, (value: Loose) => unknown, string]>([
    ['a self outside', (value) => (value.self = 7), 'self must be below validators, 4'],
    ['a peer given twice', (value) => (value.peers[2].index = 2), 'peers[2].index is given twice, or is no validator'],
    ['itself as a peer', (value) => (value.peers[0].index = 1), 'peers[0].index is this node itself'],
    ['a missing peer', (value) => value.peers.pop(), 'peers must name each of the 3 other validators'],
    [
      'one peer id twice',
      (value) => (value.peers[0].peerId = value.peers[1].peerId),
      'peers must not give one peer id twice',
    ],
    [
      'no address to dial',
      (value) => delete value.peers[1].address,
      'peers[1].address is needed: the lower index of a pair dials',
    ],
    [
      'another threshold',
      (value) => (value.keys.cluster.quorum.threshold = 2),
      'keys.cluster.quorum.threshold must be 3 for 4 validators',
    ],
    [
      'too few share keys',
      (value) => value.keys.cluster.result.shares.pop(),
      'keys.cluster.result.shares must hold one key for each of 4 validators',
    ],
    [
      'a short secret',
      (value) => (value.keys.secret.quorum = 'ab'),
      'keys.secret.quorum must be 32 bytes in lower-case hex',
    ],
    [
      'impatience',
      (value) => (value.timing.greatestViewTimeoutMs = 20),
      'timing.greatestViewTimeoutMs must be at least viewTimeoutMs, 400',
    ],
  ])('is refused with %s', (_, change, line) => {
    expect(problems(change)).toContain(line);
  });

  test('is refused when it is missing or no JSON', () => {
    expect(() => readConfiguration(join(directory, 'none.json'))).toThrow(/none\.json: does not exist$/);
    writeFileSync(join(directory, 'broken.json'), '{"cluster": }');
    expect(() => readConfiguration(join(directory, 'broken.json'))).toThrow(/broken\.json: is no JSON: /);
  });
});
