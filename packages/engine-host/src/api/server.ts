import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { NodeConfiguration } from '../configuration/configuration.ts';

export interface ApiServer {
  readonly port: number;
  /** Takes no new connections; resolves when the answers under way have left, at the latest `withinMs` from now. */
  close(withinMs: number): Promise<void>;
}

/** Starts listening. Rejects with the system's error when the port is taken. */
export async function serveApi(
  app: Hono,
  { host, port, greatestConnections }: NodeConfiguration['api'],
): Promise<ApiServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      // Against clients that send slowly or never: headers, then the whole request, then the next one.
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 1_000,
    },
  }) as Server;
  server.maxConnections = greatestConnections;
  server.listen(port, host);
  // Rejects on an "error" before.
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,

    async close(withinMs) {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), withinMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
