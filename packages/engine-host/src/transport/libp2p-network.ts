import './promise-with-resolvers.ts';
import { privateKeyFromRaw } from '@libp2p/crypto/keys';
import type { PeerId } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import type { NetworkListener, NodeIndex } from '@qflow/ports';
import { createLibp2p } from 'libp2p';
import type { NodeConfiguration } from '../configuration/configuration.ts';
import { publicKeyOfSeed } from '../crypto/identity.ts';
import { systemClock } from '../platform/system-clock.ts';
import { systemRandom } from '../platform/system-random.ts';
import type { HostNetwork } from './host-network.ts';
import { type PeerLinks, peerLinks } from './peer-links.ts';
import { type Redial, redial } from './redial.ts';

const protocol = '/qflow/consensus/1';

/** A dial into silence is given up after this long. */
const dialTimeoutMs = 2_000;

/** A block holds up to 1 MiB of requests, or one that is larger; a message may carry some blocks. */
const messageBytesBeyondRequest = 4 * 1024 * 1024;

/** A service of libp2p's that only tells where it really listens: announced addresses are none. */
interface Listening {
  addresses(): Multiaddr[];
}

type Settings = Pick<NodeConfiguration, 'self' | 'identitySeed' | 'p2p' | 'peers' | 'limits' | 'failureDetection'>;

/**
 * Links to all peers over TCP with Noise and Yamux, one connection and one stream a pair, dialled by the lower index.
 * A peer that breaks off or falls silent is reported, and dialled again until it is back. Only the peers of the
 * configuration are let in, and no address is told to anyone.
 *
 * Its watch on silent peers is its own (`link.ts`): libp2p's connection monitor opens a stream for every ping, about
 * 3 ms each, where a frame on the stream that is there costs next to nothing.
 *
 * Rejects with the system's error when it cannot listen.
 */
export async function openNetwork(settings: Settings): Promise<HostNetwork> {
  const { self, p2p, peers, limits, failureDetection } = settings;
  const seed = Buffer.from(settings.identitySeed, 'hex');
  const clock = systemClock();
  const random = systemRandom();
  const messageBytes = messageBytesBeyondRequest + limits.requestBytes;
  const indices = new Map(peers.map(({ peerId, index }): [string, NodeIndex] => [peerId, index]));
  const dialsUs = (peer: PeerId) => (indices.get(peer.toString()) ?? self) < self;

  const node = await createLibp2p<{ listening: Listening }>({
    // Its own way from a seed to the key takes 60 ms of pure JavaScript, a quarter of a node's start.
    privateKey: privateKeyFromRaw(Buffer.concat([seed, publicKeyOfSeed(seed)])),
    addresses: { listen: [`/ip4/${p2p.host}/tcp/${p2p.port}`], announceFilter: () => [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionManager: {
      // Its limits count by address, and all peers may share one: behind proxies, or on one machine.
      inboundConnectionThreshold: 1_000,
      maxIncomingPendingConnections: 100,
      maxConnections: 64,
      dialTimeout: dialTimeoutMs,
      addressDialTimeout: dialTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: dialTimeoutMs,
    },
    connectionMonitor: { enabled: false },
    connectionGater: { denyInboundEncryptedConnection: (peer) => !dialsUs(peer) },
    services: { listening: (components) => ({ addresses: () => components.transportManager.getAddrs() }) },
  }).catch((error: Error) => {
    // libp2p keeps the system's error in its text alone: "Error: listen EADDRINUSE: address already in use".
    const [, code] = /listen (E[A-Z]+):/.exec(error.message) ?? [];
    throw code === undefined ? error : Object.assign(new Error(`listen ${code}`), { code });
  });

  // One connection a peer. The newest stands: whoever dials again has given up on the older one.
  node.addEventListener('connection:open', ({ detail: opened }) => {
    for (const connection of node.getConnections(opened.remotePeer)) {
      if (connection !== opened) {
        connection.abort(new Error('the peer has opened another connection'));
      }
    }
  });

  const listening = node.services.listening.addresses()[0]!.getComponents();
  let links: PeerLinks | undefined;
  const redials = new Map<NodeIndex, Redial>();
  let close = () => {};
  const closed = new Promise<void>((resolve, reject) => {
    close = () => {
      for (const redial of redials.values()) {
        redial.cancel();
      }
      links?.close();
      Promise.resolve(node.stop()).then(resolve, reject);
    };
  });

  function dialer(peer: NodeIndex, peerId: string, address: { host: string; port: number }): Redial {
    const target = multiaddr(`/ip4/${address.host}/tcp/${address.port}/p2p/${peerId}`);
    return redial(clock, random, async () => {
      if (links?.has(peer)) {
        return;
      }
      const connection = await node.dial(target, { force: true });
      try {
        links?.adopt(peer, connection, await connection.newStream(protocol));
      } catch (error) {
        connection.abort(error as Error);
        throw error;
      }
    });
  }

  function listen(listener: NetworkListener): void {
    const started = peerLinks(
      { clock, ...failureDetection, messageBytes, outboxBytes: 2 * messageBytes },
      {
        onMessage: (from, message) => listener.onMessage(from, message),
        onConnected: (peer) => listener.onConnected(peer),
        onDisconnected(peer) {
          listener.onDisconnected(peer);
          redials.get(peer)?.start();
        },
      },
    );
    links = started;
    void node.handle(protocol, (stream, connection) => {
      started.adopt(indices.get(connection.remotePeer.toString())!, connection, stream);
    });
    for (const { index, peerId, address } of peers) {
      if (index > self) {
        const dial = dialer(index, peerId, address!);
        redials.set(index, dial);
        dial.start();
      }
    }
  }

  return {
    port: Number(listening.find(({ name }) => name === 'tcp')!.value),
    send: (to, message) => links?.send(to, message),
    connected: () => links?.connected() ?? [],
    listen,
    close: () => close(),
    closed,

    async flushed(withinMs) {
      return new Promise((resolve) => {
        const timer = clock.after(withinMs, () => resolve(false));
        void (links?.flushed() ?? Promise.resolve(true)).then((arrived) => {
          timer.cancel();
          resolve(arrived);
        });
      });
    },
  };
}
