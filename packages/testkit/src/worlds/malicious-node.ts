import {
  createNode,
  decode,
  type EngineConfiguration,
  encode,
  initializeLog,
  type Message,
  messageCodec,
  statementBytes,
  type Vote,
} from '@qflow/engine';
import type { Network, NetworkListener, NodeIndex, Ports, Random } from '@qflow/ports';
import { memoryStorage } from './memory-storage.ts';

/** Which lies a malicious node tells. */
export interface Malice {
  /** Two honest engines with one identity, each peer hearing one of them or both: it equivocates in whatever it does. */
  readonly twins: boolean;
  /** Share of the votes it hears that it answers with the same vote of its own, whatever it said before. */
  readonly supports: number;
  /** Share of its signatures that are garbage. */
  readonly spoils: number;
  /** Share of its messages that it keeps to itself. */
  readonly withholds: number;
}

/** Draws the lies of one run. */
export const drawMalice = (random: Random): Malice => ({
  twins: random.unit() < 0.7,
  supports: random.unit() < 0.6 ? random.unit() : 0,
  spoils: random.unit() < 0.2 ? random.unit() * 0.5 : 0,
  withholds: random.unit() < 0.3 ? random.unit() * 0.6 : 0,
});

/** Starts a node that lies, made of honest engines behind lying ports. */
export function startMalicious(ports: Ports, configuration: EngineConfiguration, malice: Malice): void {
  const random = ports.random.stream('malice');
  const { validators, self } = configuration;
  const peers = Array.from({ length: validators }, (_, index) => index).filter((index) => index !== self);
  const listeners: NetworkListener[] = [];
  const codec = messageCodec(ports.crypto.hash);

  const support = (to: NodeIndex, { kind, view, digest }: Pick<Vote, 'kind' | 'view' | 'digest'>): void => {
    const share = ports.crypto.sign('quorum', statementBytes(configuration, { kind, view, digest }));
    ports.network.send(to, encode(codec, { type: 'vote', vote: { kind, view, digest, share } }));
  };
  const hear = (from: NodeIndex, bytes: Uint8Array): void => {
    if (random.unit() < malice.supports) {
      const message: Message = decode(codec, bytes);
      if (message.type === 'vote' || message.type === 'propose') {
        support(from, message.vote);
      }
    }
  };

  const twins = malice.twins ? 2 : 1;
  const hears = peers.map(() => random.unit());
  for (let twin = 0; twin < twins; twin += 1) {
    const heardBy = peers.filter((_, place) => isHeard(twins, twin, hears[place] as number));
    const network: Network = {
      connected: () => ports.network.connected(),
      listen: (listener) => {
        listeners.push(listener);
      },
      close() {},
      send(to, message) {
        if (heardBy.includes(to) && random.unit() >= malice.withholds) {
          ports.network.send(to, message);
        }
      },
    };
    const crypto = {
      ...ports.crypto,
      sign: (key: 'quorum' | 'result', message: Uint8Array) => {
        const share = ports.crypto.sign(key, message);
        return random.unit() < malice.spoils ? { ...share, signature: share.signature.toReversed() } : share;
      },
    };
    const storage = memoryStorage();
    initializeLog(storage, configuration, crypto);
    createNode({ ...ports, network, crypto, storage, trace: { emit() {} } }, configuration);
  }

  ports.network.listen({
    onMessage(from, bytes) {
      hear(from, bytes);
      listeners.forEach((listener, twin) => {
        // One of the twins misses some requests, so that they propose different blocks.
        const isMissed = twin === 1 && bytes[0] === submitTag && bytes.length % 2 === 0;
        if (!isMissed) {
          listener.onMessage(from, bytes);
        }
      });
    },
    onConnected: (peer) => {
      for (const listener of listeners) {
        listener.onConnected(peer);
      }
    },
    onDisconnected: (peer) => {
      for (const listener of listeners) {
        listener.onDisconnected(peer);
      }
    },
  });
}

/** A third of the peers hears the first twin, a third the second, a third both. */
const isHeard = (twins: number, twin: number, drawn: number): boolean =>
  twins === 1 || (twin === 0 ? drawn < 2 / 3 : drawn >= 1 / 3);

/** How a forwarded request begins on the wire. */
const submitTag = 7;
