import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Operation } from '@qflow/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connections, createConnections } from './http-wire.ts';
import type { Wire } from './wire.ts';

let server: Server;
let endpoint: string;
let endpoints: (string | null)[];
let connections: Connections;
let wire: Wire;
let handle: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let seen: { method: string; url: string; body: unknown }[];

beforeEach(async () => {
  seen = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const text of request.setEncoding('utf8')) {
      body += text;
    }
    seen.push({ method: request.method!, url: request.url!, body: body === '' ? null : JSON.parse(body) });
    handle(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoints = [endpoint];
  connections = createConnections();
  wire = connections.wire(() => endpoints);
});

afterEach(() => {
  connections.release();
  server.close();
  server.closeAllConnections();
});

const ask = (operation: Operation = { kind: 'read', key: 'k' }, signal = new AbortController().signal) =>
  wire.ask(0, { client: 'c', sequence: 3, expiresAfterView: 9, operation }, signal);

const zeros = '00'.repeat(32);
const header = {
  ...{ view: 5, parent: zeros, parentView: 4, height: 2, proposer: 1 },
  ...{ requestsRoot: zeros, stateRoot: zeros, resultsRoot: zeros },
};
const certificate = { kind: 'finalize', view: 5, digest: zeros, proof: 'ab' };
const proof = { path: [], position: 0, headers: [header], certificate };

function respond(status: number, body: unknown): void {
  handle = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

test('operations go to the register under their identity', async () => {
  respond(200, { kind: 'written', version: 1, proof });
  await ask({ kind: 'read', key: 'a/b é' });
  await ask({ kind: 'write', key: 'k', value: 'x' });
  await ask({ kind: 'compare-and-set', key: 'k', expected: null, value: 'y' });

  const identity = { client: 'c', sequence: 3, expiresAfterView: 9 };
  expect(seen).toEqual([
    { method: 'GET', url: '/api/v1/registers/a%2Fb%20%C3%A9?client=c&sequence=3&expiresAfterView=9', body: null },
    { method: 'PUT', url: '/api/v1/registers/k', body: { value: 'x', ...identity } },
    {
      method: 'POST',
      url: '/api/v1/registers/k/compare-and-set',
      body: { expected: null, value: 'y', ...identity },
    },
  ]);
});

test('an answer comes with its result and proof', async () => {
  respond(200, { kind: 'value', value: 'v', version: 4, client: 'c', proof });

  expect(await ask()).toMatchObject({
    kind: 'answer',
    result: { kind: 'value', value: 'v', version: 4 },
    proof: { headers: [{ view: 5 }], certificate: { kind: 'finalize' } },
  });
});

const error = (code: string, outcome: string, path?: string) => ({ error: { code, message: 'why', outcome, path } });

test.each<[string, number, unknown, object]>([
  ['an overloaded node', 503, error('overloaded', 'fail'), { kind: 'refused', forGood: false }],
  ['an expired identity', 410, error('expired', 'fail'), { kind: 'refused', forGood: true }],
  ['bad input', 400, error('bad-input', 'fail', 'value'), { kind: 'refused', forGood: true }],
  [
    'an expiry that this node finds too far',
    400,
    error('bad-input', 'fail', 'expiresAfterView'),
    { kind: 'refused', forGood: false },
  ],
  ['a node that waited in vain', 504, error('timeout', 'info'), { kind: 'unknown', reason: 'timeout: why' }],
  ['an answer that is no JSON', 200, '<html>', { kind: 'unknown' }],
  ['an answer without a proof', 200, { kind: 'written', version: 1 }, { kind: 'unknown' }],
  ['a result of no known kind', 200, { kind: 'done', version: 1, proof }, { kind: 'unknown' }],
  ['a value that is no text', 200, { kind: 'value', value: 5, version: 1, proof }, { kind: 'unknown' }],
  ['an error without an outcome', 500, 'oops', { kind: 'unknown' }],
])('%s is told for what it is', async (_, status, body, reply) => {
  respond(status, body);

  expect(await ask()).toMatchObject(reply);
});

test('a connection that breaks in the middle leaves the outcome unknown', async () => {
  handle = (request) => request.socket.destroy();

  expect((await ask()).kind).toBe('unknown');
});

test('a node that is down, or where nothing listens, was never asked', async () => {
  endpoints = [null];
  expect(await ask()).toEqual({ kind: 'refused', reason: 'it is down', forGood: false });

  endpoints = [endpoint];
  server.close();
  await once(server, 'close');
  expect(await ask()).toEqual({ kind: 'refused', reason: 'ECONNREFUSED', forGood: false });
});

test('a silent node is given up by the signal', async () => {
  handle = () => undefined;
  const giving = new AbortController();
  const asking = ask(undefined, giving.signal);
  await expect.poll(() => seen.length).toBe(1);
  giving.abort();

  expect((await asking).kind).toBe('unknown');
});

test('many askings share kept connections, and releasing the last wire closes them', async () => {
  respond(200, { kind: 'written', version: 1, proof });
  let opened = 0;
  server.on('connection', () => {
    opened += 1;
  });
  for (let asking = 0; asking < 20; asking += 1) {
    await ask();
  }

  const other = connections.wire(() => endpoints);
  await other.ask(
    0,
    { client: 'd', sequence: 0, expiresAfterView: 9, operation: { kind: 'read', key: 'k' } },
    new AbortController().signal,
  );
  expect(opened).toBeLessThan(5);
  connections.release();
  connections.release();
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
  connections = createConnections();
  wire = connections.wire(() => endpoints);
});
