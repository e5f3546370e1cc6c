import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { defaultLimits } from '@qflow/engine';
import { networkCompliance } from '@qflow/ports/compliance';
import { afterEach, describe, expect, test } from 'vitest';
import { peerIdOfSeed } from '../crypto/identity.ts';
import type { HostNetwork } from './host-network.ts';
import { openNetwork } from './libp2p-network.ts';

const until = (condition: () => boolean) =>
  expect.poll(condition, { timeout: 20_000, interval: 2 }).toBe(true) as Promise<void>;

/** Passes bytes on, until it is told to swallow or to break them: the one way between two nodes. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  target = 0;
  isSilent = false;

  constructor() {
    this.#server = createServer((inbound) => {
      const outbound = connect(this.target, '127.0.0.1');
      for (const [from, to] of [
        [inbound, outbound],
        [outbound, inbound],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes) => this.isSilent || to.write(bytes));
        from.on('error', () => {});
        from.on('close', () => {
          this.#sockets.delete(from);
          this.isSilent || to.destroy();
        });
      }
    });
  }
  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  break(): void {
    for (const socket of this.#sockets) {
      socket.resetAndDestroy();
    }
  }
  close(): void {
    this.break();
    this.#server.close();
  }
}

/** Three nodes, each pair over a wire of its own. */
async function mesh(failureDetection = { pingIntervalMs: 5_000, pingTimeoutMs: 20_000 }) {
  const seeds = [0, 1, 2].map((index) => Buffer.alloc(32, index + 1));
  const wires = new Map<string, Wire>();
  for (const pair of ['01', '02', '12']) {
    const wire = new Wire();
    await wire.open();
    wires.set(pair, wire);
  }
  const opened: HostNetwork[] = [];

  async function open(self: number, seed = seeds[self]!): Promise<HostNetwork> {
    const network = await openNetwork({
      self,
      identitySeed: seed.toString('hex'),
      p2p: { host: '127.0.0.1', port: 0 },
      peers: seeds.flatMap((peerSeed, index) =>
        index === self
          ? []
          : {
              index,
              peerId: peerIdOfSeed(peerSeed),
              address: index > self ? { host: '127.0.0.1', port: wires.get(`${self}${index}`)!.port } : undefined,
            },
      ),
      limits: defaultLimits,
      failureDetection,
    });
    for (const [pair, wire] of wires) {
      if (pair[1] === String(self)) {
        wire.target = network.port;
      }
    }
    opened.push(network);
    return network;
  }

  const networks: HostNetwork[] = [];
  for (const self of [0, 1, 2]) {
    networks.push(await open(self));
  }
  return {
    networks: networks as [HostNetwork, HostNetwork, HostNetwork],
    wires,
    open,
    async close() {
      for (const network of opened) {
        network.close();
      }
      for (const wire of wires.values()) {
        wire.close();
      }
      await Promise.all(opened.map((network) => network.closed));
    },
  };
}

networkCompliance('links over libp2p', async () => {
  const { networks, open, close } = await mesh();
  return {
    networks,
    until,
    close,
    kill: (node) => networks[node]!.close(),
    restart: (node) => open(node),
  };
});

describe('links over libp2p', () => {
  let close = async () => {};
  afterEach(() => close());

  async function connectedMesh(failureDetection?: { pingIntervalMs: number; pingTimeoutMs: number }) {
    const made = await mesh(failureDetection);
    close = made.close;
    const heard = made.networks.map((network) => {
      const lines: string[] = [];
      network.listen({
        onMessage: (from, message) => lines.push(`${from}: ${Buffer.from(message)}`),
        onConnected: (peer) => lines.push(`+${peer}`),
        onDisconnected: (peer) => lines.push(`-${peer}`),
      });
      return lines;
    });
    await until(() => made.networks.every((network) => network.connected().length === 2));
    return { ...made, heard };
  }

  test('notice on both sides that a wire has fallen silent, and come back with it', async () => {
    const { networks, wires } = await connectedMesh({ pingIntervalMs: 100, pingTimeoutMs: 300 });
    const wire = wires.get('01')!;
    wire.isSilent = true;
    await until(() => !networks[0]!.connected().includes(1) && !networks[1]!.connected().includes(0));

    wire.isSilent = false;
    wire.break();
    await until(() => networks[0]!.connected().length === 2 && networks[1]!.connected().length === 2);
  });

  test('come back after a reset', async () => {
    const { networks, wires, heard } = await connectedMesh();
    wires.get('12')!.break();
    await until(() => heard[1]!.at(-1) === '+2' && heard[2]!.at(-1) === '+1' && heard[1]!.includes('-2'));

    networks[2]!.send(1, Buffer.from('again'));
    await until(() => heard[1]!.at(-1) === '2: again');
  });

  test('are flushed when the peers have it all, and not while one is silent', async () => {
    const { networks, wires, heard } = await connectedMesh();
    networks[0]!.send(1, Buffer.from('a'));
    expect(await networks[0]!.flushed(20_000)).toBe(true);
    expect(heard[1]!.at(-1)).toBe('0: a');

    wires.get('01')!.isSilent = true;
    networks[0]!.send(1, Buffer.from('b'));
    expect(await networks[0]!.flushed(20)).toBe(false);
  });

  test('let nobody in who is not in the configuration, or who should have been dialled', async () => {
    const { networks, open, heard } = await connectedMesh();
    const stranger = await open(0, Buffer.alloc(32, 99));
    const told: string[] = [];
    stranger.listen({ onMessage() {}, onConnected: (peer) => told.push(`+${peer}`), onDisconnected() {} });
    // Its dials fail while links that are made again prove that time has passed.
    networks[0]!.close();
    await until(() => heard[1]!.includes('-0'));
    const again = await open(0);
    again.listen({ onMessage() {}, onConnected() {}, onDisconnected() {} });
    await until(() => again.connected().length === 2);

    expect(told).toEqual([]);
    expect(stranger.connected()).toEqual([]);
  });

  test('tell which port is taken', async () => {
    const { networks } = await connectedMesh();
    const taken = openNetwork({
      self: 0,
      identitySeed: '00'.repeat(32),
      p2p: { host: '127.0.0.1', port: networks[0]!.port },
      peers: [],
      limits: defaultLimits,
      failureDetection: { pingIntervalMs: 50, pingTimeoutMs: 100 },
    });

    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
