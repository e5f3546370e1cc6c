import type { Connection, Stream } from '@libp2p/interface';
import type { Clock, NetworkListener, NodeIndex } from '@qflow/ports';
import { createLink, type Link, type LinkOptions } from './link.ts';
import { grantSparingly } from './sparing-windows.ts';

/** At most one link to each peer, whoever opened it. */
export interface PeerLinks {
  /** Puts a new stream in the place of the link that there is: the peer opened it because the old one is dead to it. */
  adopt(peer: NodeIndex, connection: Connection, stream: Stream): void;
  has(peer: NodeIndex): boolean;
  connected(): readonly NodeIndex[];
  send(peer: NodeIndex, message: Uint8Array): void;
  /** Whether all peers have received all that was sent so far. */
  flushed(): Promise<boolean>;
  close(): void;
}

type Options = Omit<LinkOptions, 'onMessage'> & { readonly clock: Clock };

export function peerLinks(options: Options, listener: NetworkListener): PeerLinks {
  const links = new Map<
    NodeIndex,
    { readonly link: Link; readonly connection: Connection; end(reason: Error): void }
  >();

  let isClosed = false;

  function adopt(peer: NodeIndex, connection: Connection, stream: Stream): void {
    if (isClosed) {
      connection.abort(new Error('this node is stopping'));
      return;
    }
    const old = links.get(peer);
    if (old?.connection === connection) {
      stream.abort(new Error('one stream a connection is enough'));
      return;
    }
    old?.end(new Error('the peer has opened another connection'));

    const end = (reason: Error) => {
      if (links.get(peer)?.link === link) {
        links.delete(peer);
        link.over();
        connection.abort(reason);
        if (!isClosed) {
          listener.onDisconnected(peer);
        }
      }
    };
    const link = createLink(
      { send: (bytes) => stream.send(bytes), abort: end },
      { ...options, onMessage: (message) => isClosed || listener.onMessage(peer, message) },
    );
    grantSparingly(stream);
    links.set(peer, { link, connection, end });
    stream.addEventListener('drain', () => link.drained());
    stream.addEventListener('remoteCloseWrite', () => end(new Error('the peer has closed the stream')));
    stream.addEventListener('close', () => end(new Error('the stream is closed')));
    listener.onConnected(peer);
    stream.addEventListener('message', ({ data }) => link.received(data.subarray()));
  }

  return {
    adopt,
    has: (peer) => links.has(peer),
    connected: () => [...links.keys()].sort((a, b) => a - b),
    send: (peer, message) => links.get(peer)?.link.send(message),

    async flushed() {
      const all = await Promise.all([...links.values()].map(({ link }) => link.flushed()));
      return all.every((arrived) => arrived);
    },

    close() {
      isClosed = true;
      for (const { end } of [...links.values()]) {
        end(new Error('this node is stopping'));
      }
    },
  };
}
