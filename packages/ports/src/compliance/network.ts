import { expect } from 'vitest';
import type { Network, NodeIndex } from '../network.ts';
import { type Check, type Closable, compliance, isSame, type Until } from './check.ts';

export interface NetworkSubject extends Closable {
  /** Three nodes of one cluster over healthy links, 0 to 2, none of them listening yet. */
  readonly networks: readonly [Network, Network, Network];
  readonly until: Until;
  /** Ends a node's process without a goodbye. */
  kill(node: NodeIndex): void;
  /** Begins the next life of a killed node: its network, not listening yet. */
  restart(node: NodeIndex): Network | Promise<Network>;
}

/** Holds a network against its port. */
export const networkCompliance = (name: string, make: () => NetworkSubject | Promise<NetworkSubject>): void =>
  compliance(name, networkChecks, make);

/** What one node was told, in order. */
interface Ear {
  readonly messages: { readonly from: NodeIndex; readonly message: Uint8Array }[];
  /** `+1` for a link to node 1 that came up, `-1` for one that went down. */
  readonly links: string[];
}

function listenOn(network: Network): Ear {
  const ear: Ear = { messages: [], links: [] };
  network.listen({
    onMessage: (from, message) => ear.messages.push({ from, message: Uint8Array.from(message) }),
    onConnected: (peer) => ear.links.push(`+${peer}`),
    onDisconnected: (peer) => ear.links.push(`-${peer}`),
  });
  return ear;
}

async function connectedEars({ networks, until }: NetworkSubject): Promise<[Ear, Ear, Ear]> {
  const ears = networks.map(listenOn) as [Ear, Ear, Ear];
  await until(() => ears.every((ear) => ear.links.length >= 2));
  return ears;
}

export const networkChecks: readonly Check<NetworkSubject>[] = [
  {
    name: 'connects each node to all its peers, and tells it once of each',
    async run(subject) {
      const ears = await connectedEars(subject);
      expect(ears.map((ear) => ear.links.toSorted())).toEqual([
        ['+1', '+2'],
        ['+0', '+2'],
        ['+0', '+1'],
      ]);
      expect(subject.networks.map((network) => [...network.connected()])).toEqual([
        [1, 2],
        [0, 2],
        [0, 1],
      ]);
    },
  },
  {
    name: 'carries messages whole, from whom they came, to whom they are for',
    async run(subject) {
      const { networks, until } = subject;
      const ears = await connectedEars(subject);
      const sizes = [1, 100, 65_536, 300_000];
      const messages = sizes.map((size) => Uint8Array.from({ length: size }, (_, index) => index * 7 + size));
      for (const message of messages) {
        networks[0].send(2, message);
      }
      networks[1].send(2, Uint8Array.of(42));
      await until(() => ears[2].messages.length >= 5);

      const bySize = (from: NodeIndex) =>
        ears[2].messages
          .filter((each) => each.from === from)
          .map((each) => each.message)
          .sort((one, other) => one.length - other.length);
      const large = bySize(0);
      expect(large.map((message) => message.length)).toEqual(sizes);
      expect(large.every((message, index) => isSame(message, messages[index] as Uint8Array))).toBe(true);
      expect(bySize(1)).toEqual([Uint8Array.of(42)]);
      expect(ears[1].messages).toEqual([]);
    },
  },
  {
    name: 'delivers many messages, each as often as it was sent',
    async run(subject) {
      const { networks, until } = subject;
      const ears = await connectedEars(subject);
      for (let number = 0; number < 300; number += 1) {
        networks[0].send(1, Uint8Array.of(number >> 8, number));
      }
      await until(() => ears[1].messages.length >= 300);
      const numbers = ears[1].messages.map(({ message }) => ((message[0] as number) << 8) + (message[1] as number));
      expect(numbers.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 300 }, (_, index) => index));
    },
  },
  {
    name: 'delivers in a turn of its own, not while sending',
    async run(subject) {
      const { networks, until } = subject;
      const ears = await connectedEars(subject);
      networks[0].send(1, Uint8Array.of(1));
      expect(ears[1].messages).toEqual([]);
      await until(() => ears[1].messages.length === 1);
    },
  },
  {
    name: 'delivers nothing to a node that does not listen, and drops what has no link to go by',
    async run(subject) {
      const { networks, until } = subject;
      networks[0].send(1, Uint8Array.of(1));
      networks[0].send(0, Uint8Array.of(2));
      networks[0].send(99, Uint8Array.of(3));
      const ears = await connectedEars(subject);
      networks[0].send(1, Uint8Array.of(4));
      await until(() => ears[1].messages.length > 0);
      expect(ears[1].messages.map(({ message }) => message)).toEqual([Uint8Array.of(4)]);
      expect(ears[0].messages).toEqual([]);
    },
  },
  {
    name: 'tells the peers of a node that closes, and that node nothing more',
    async run(subject) {
      const { networks, until } = subject;
      const ears = await connectedEars(subject);
      networks[0].close();
      const [own] = ears;
      const toldBefore = own.links.length + own.messages.length;
      networks[1].send(0, Uint8Array.of(1));
      networks[0].send(1, Uint8Array.of(2));
      await until(() => ears[1].links.includes('-0') && ears[2].links.includes('-0'));
      expect([...networks[0].connected()]).toEqual([]);
      expect([...networks[1].connected()]).toEqual([2]);
      expect(own.links.length + own.messages.length).toBe(toldBefore);
      expect(ears[1].messages).toEqual([]);
    },
  },
  {
    name: 'tells the peers of a killed node, and connects them to its next life',
    async run(subject) {
      const { networks, until } = subject;
      const ears = await connectedEars(subject);
      subject.kill(0);
      await until(() => ears[1].links.includes('-0') && ears[2].links.includes('-0'));
      expect([...networks[1].connected()]).toEqual([2]);

      const network = await subject.restart(0);
      const ear = listenOn(network);
      await until(() => ear.links.length >= 2 && ears.slice(1).every(({ links }) => links.at(-1) === '+0'));
      network.send(1, Uint8Array.of(7));
      await until(() => ears[1].messages.length > 0);
      expect(ears[1].messages).toEqual([{ from: 0, message: Uint8Array.of(7) }]);
    },
  },
];
