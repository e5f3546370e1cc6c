import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { breakTogether, carry, type FlowCounter } from './flow.ts';
import { type LinkRules, passing } from './rule.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The proxy of one pair of nodes: the lower index dials it, and it dials the higher one. */
export interface Link {
  readonly port: number;
  readonly rules: LinkRules;
  /** Where new connections lead; null while the node is down: they are refused at once, as by a machine without the program. */
  setUpstream(upstream: Address | null): void;
  counters(): LinkCounters;
  /** Resets every connection and stops listening. */
  close(): Promise<void>;
}

export interface LinkCounters {
  readonly connections: number;
  readonly forwardBytes: number;
  readonly backwardBytes: number;
}

/** Listens on a port that the system chooses, on the loopback interface alone. */
export async function openLink(): Promise<Link> {
  const sockets = new Set<Socket>();
  const forward: FlowCounter = { bytes: 0 };
  const backward: FlowCounter = { bytes: 0 };
  let connections = 0;
  let upstream: Address | null = null;

  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (dialler) => {
    track(dialler);
    if (upstream === null) {
      dialler.on('error', () => undefined);
      dialler.resetAndDestroy();
      return;
    }
    const listener = connect({ ...upstream, allowHalfOpen: true, noDelay: true });
    track(listener);
    breakTogether(dialler, listener);
    listener.once('connect', () => {
      connections += 1;
      carry(dialler, listener, forward);
      carry(listener, dialler, backward);
      dialler.resume();
    });
  });

  function track(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    rules: passing,
    setUpstream(address) {
      upstream = address;
    },
    counters: () => ({ connections, forwardBytes: forward.bytes, backwardBytes: backward.bytes }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) {
        socket.resetAndDestroy();
      }
      await closed;
    },
  };
}
