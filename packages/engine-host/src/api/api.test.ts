import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Answer, FailureReason, Node, NodeStatus, Request } from '@qflow/engine';
import { defaultLimits } from '@qflow/engine';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type NodeMetrics, nodeMetrics } from '../metrics/node-metrics.ts';
import { armableTrace } from '../trace/armed-stop.ts';
import { createGate, type Gate } from '../trace/gate.ts';
import { proofFromJson } from './answer-json.ts';
import { createApi } from './api.ts';
import { traceCommands } from './control.ts';
import { type ApiServer, serveApi } from './server.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);
const header = {
  view: 9,
  parent: digest(1),
  parentView: 8,
  height: 5,
  proposer: 2,
  requestsRoot: digest(2),
  stateRoot: digest(3),
  resultsRoot: digest(4),
};
const proof = {
  path: [digest(5)],
  position: 0,
  headers: [header],
  certificate: { kind: 'finalize' as const, view: 9, digest: digest(6), proof: new Uint8Array(96).fill(7) },
};
const status: NodeStatus = {
  view: 10,
  finalized: { view: 9, height: 5, digest: 'aa', stateRoot: 'bb' },
  leader: 2,
  connected: [1, 2],
  pendingRequests: 3,
  condition: 'voting',
};

/** A node that answers as the test says, and remembers what it was asked. */
class ScriptedNode implements Node {
  readonly submitted: Request[] = [];
  withdrawn = 0;
  answer: 'ok' | 'expired-result' | 'never' | FailureReason = 'ok';

  submit(request: Request, answer: (answer: Answer) => void) {
    this.submitted.push(request);
    if (this.answer === 'ok' || this.answer === 'expired-result') {
      const result =
        this.answer === 'ok' ? ({ kind: 'value', value: 'v', version: 4 } as const) : ({ kind: 'expired' } as const);
      queueMicrotask(() => answer({ outcome: 'ok', request, result, proof }));
    } else if (this.answer !== 'never') {
      answer({ outcome: 'fail', reason: this.answer });
    }
    return { withdraw: () => void this.withdrawn++ };
  }
  status = () => status;
  stop() {}
}

const token = 'a token of the experiment';
let node: ScriptedNode;
let server: ApiServer;
let gate: Gate;
let metrics: NodeMetrics;
let refusing: AbortController;
let givingUp: AbortController;
let stops: string[];

beforeEach(async () => {
  node = new ScriptedNode();
  gate = createGate();
  metrics = nodeMetrics();
  metrics.readStatus(node.status);
  refusing = new AbortController();
  givingUp = new AbortController();
  stops = [];
  const trace = armableTrace(
    { write() {}, close() {} },
    { now: () => stops.push('now'), afterFlush: () => stops.push('after flush') },
  );
  const emit = (body: unknown) => {
    trace.emit(String(body), null);
    return null;
  };
  const configuration = {
    self: 1,
    limits: defaultLimits,
    api: { host: '127.0.0.1', port: 0, requestTimeoutMs: 60_000, greatestConnections: 50 },
    control: { token },
  };
  const commands = { ...traceCommands(trace), emit };
  server = await serveApi(
    createApi({ node, configuration, metrics, gate, commands, refusing: refusing.signal, givingUp: givingUp.signal }),
    configuration.api,
  );
});
afterEach(async () => {
  metrics.close();
  givingUp.abort();
  await server.close(0);
});

const url = (path: string) => `http://127.0.0.1:${server.port}${path}`;
const register = '/api/v1/registers/k';
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(url(path), {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const identity = { client: 'c1', sequence: 7, expiresAfterView: 100 };

describe('a register', () => {
  test('is read, with the proof of the answer', async () => {
    const response = await send('GET', `${register}?client=c1&sequence=7&expiresAfterView=100`);
    const { proof: json, ...answer } = await response.json();

    expect(response.status).toBe(200);
    expect(answer).toEqual({ kind: 'value', value: 'v', version: 4, ...identity, view: 9, height: 5 });
    expect(proofFromJson(json)).toEqual(proof);
    expect(node.submitted).toEqual([{ ...identity, operation: { kind: 'read', key: 'k' } }]);
  });

  test('is written and compared, by any key that a URL can hold', async () => {
    await send('PUT', '/api/v1/registers/a%2Fb%20%C3%A9', { value: 'x', ...identity });
    await send('PUT', register, { value: null });
    await send('POST', `${register}/compare-and-set`, { expected: null, value: 'y' });

    expect(node.submitted.map((request) => request.operation)).toEqual([
      { kind: 'write', key: 'a/b é', value: 'x' },
      { kind: 'write', key: 'k', value: null },
      { kind: 'compare-and-set', key: 'k', expected: null, value: 'y' },
    ]);
  });

  test('gives a request without an identity one of its own', async () => {
    await send('GET', register);
    await send('GET', register);
    const [first, second] = node.submitted;

    expect(first).toMatchObject({ client: expect.stringMatching(/^node-1-/), sequence: 0, expiresAfterView: 1010 });
    expect(second).toMatchObject({ client: first!.client, sequence: 1 });
  });
});

describe('bad input', () => {
  test.each<[string, string, string, unknown, number, string]>([
    ['an unknown field', 'PUT', register, { value: 'x', vlaue: 'y' }, 400, 'vlaue'],
    ['a wrong type', 'PUT', register, { value: 5 }, 400, 'value'],
    ['a missing field', 'POST', `${register}/compare-and-set`, { value: 'x' }, 400, 'expected'],
    ['half a surrogate pair', 'PUT', register, '{"value":"\\ud800"}', 400, 'value'],
    ['a value too long', 'PUT', register, { value: 'é'.repeat(16_000) }, 400, 'value'],
    ['no object', 'PUT', register, [], 400, ''],
    ['no JSON', 'PUT', register, '{"value":', 400, ''],
    ['part of an identity', 'PUT', register, { value: 'x', client: 'c', sequence: 1 }, 400, 'expiresAfterView'],
    ['a bad client', 'PUT', register, { value: 'x', ...identity, client: 'a b' }, 400, 'client'],
    ['a negative sequence', 'PUT', register, { value: 'x', ...identity, sequence: -1 }, 400, 'sequence'],
    [
      'an expiry too far ahead',
      'PUT',
      register,
      { value: 'x', ...identity, expiresAfterView: 10 ** 9 },
      400,
      'expiresAfterView',
    ],
    ['an unknown query field', 'GET', `${register}?fresh=1`, undefined, 400, 'fresh'],
    [
      'a sequence that is no number',
      'GET',
      `${register}?client=c&sequence=x&expiresAfterView=1`,
      undefined,
      400,
      'sequence',
    ],
    ['a broken escape in the key', 'GET', '/api/v1/registers/%E0%A4%A', undefined, 400, 'key'],
    ['a key too long', 'GET', `/api/v1/registers/${'k'.repeat(257)}`, undefined, 400, 'key'],
  ])('such as %s is refused with the path of the field', async (_, method, path, body, code, field) => {
    const response = await send(method, path, body);

    expect(response.status).toBe(code);
    expect(await response.json()).toEqual({
      error: { code: 'bad-input', message: expect.any(String), path: field, outcome: 'fail' },
    });
    expect(node.submitted).toEqual([]);
  });

  test('such as a body too large is refused, whether its length was said or not', async () => {
    const body = JSON.stringify({ value: 'x'.repeat(400_000) });
    expect((await send('PUT', register, body)).status).toBe(413);
    const stream = new Blob([body]).stream();
    const chunked = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: stream, duplex: 'half' };
    expect((await fetch(url(register), chunked as RequestInit)).status).toBe(413);
    expect(node.submitted).toEqual([]);
  });

  test('such as a body of no declared type is refused: a foreign web page can send that', async () => {
    expect((await send('PUT', register, '{"value":"x"}', { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('such as an unknown path or method is told apart', async () => {
    const missing = await send('GET', '/api/v1/nothing');
    expect([missing.status, (await missing.json()).error.code]).toEqual([404, 'not-found']);

    const wrong = await send('DELETE', register);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, PUT']);
  });
});

describe('an answer that is none', () => {
  test.each<[ScriptedNode['answer'], number, string]>([
    ['overloaded', 503, 'fail'],
    ['storage-failed', 503, 'fail'],
    ['refused', 413, 'fail'],
    ['expired', 410, 'fail'],
    ['expired-result', 410, 'fail'],
  ])('%s has status %i and says that nothing happened', async (answer, code, outcome) => {
    node.answer = answer;
    const response = await send('PUT', register, { value: 'x' });

    expect(response.status).toBe(code);
    expect((await response.json()).error).toMatchObject({ code: answer.replace('-result', ''), outcome });
  });

  test('in time says that nobody can tell, and waits no longer', async () => {
    await server.close(0);
    const configuration = {
      self: 1,
      limits: defaultLimits,
      api: { host: '127.0.0.1', port: 0, requestTimeoutMs: 1, greatestConnections: 50 },
    };
    const parts = {
      node,
      configuration,
      metrics,
      gate,
      commands: {},
      refusing: refusing.signal,
      givingUp: givingUp.signal,
    };
    server = await serveApi(createApi(parts), configuration.api);
    node.answer = 'never';
    const response = await send('PUT', register, { value: 'x' });

    expect(response.status).toBe(504);
    expect((await response.json()).error).toMatchObject({ code: 'timeout', outcome: 'info' });
    expect(node.withdrawn).toBe(1);
    expect((await send('POST', '/control/arm', {})).status, 'no token, no commands').toBe(404);
  });

  test('before a stop says so, and requests since are refused as not happened', async () => {
    node.answer = 'never';
    const waiting = send('PUT', register, { value: 'x' });
    await expect.poll(() => node.submitted.length).toBe(1);
    refusing.abort();
    const late = await send('PUT', register, { value: 'x' });
    expect([late.status, (await late.json()).error.outcome]).toEqual([503, 'fail']);
    expect(late.headers.get('connection')).toBe('close');

    givingUp.abort();
    const response = await waiting;
    expect([response.status, (await response.json()).error.outcome]).toEqual([504, 'info']);
  });

  test('is waited for no longer than its client does', async () => {
    node.answer = 'never';
    const gone = new AbortController();
    const waiting = fetch(url(register), { signal: gone.signal }).catch(() => 'gone');
    await expect.poll(() => node.submitted.length).toBe(1);
    gone.abort();

    expect(await waiting).toBe('gone');
    await expect.poll(() => node.withdrawn).toBe(1);
  });
});

describe('the system', () => {
  test('tells its health', async () => {
    expect(await (await send('GET', '/api/v1/system/health')).json()).toEqual({ status: 'ok', self: 1, ...status });
  });

  test('tells its metrics', async () => {
    metrics.observeEvent('finalized', { height: 1 });
    metrics.observeEvent('vote', { kind: 'finalize', view: 1 });
    await send('GET', register);
    const text = await (await send('GET', '/api/v1/system/metrics')).text();

    expect(text).toContain('qflow_finalized_height 5');
    expect(text).toContain('qflow_blocks_finalized_total 1');
    expect(text).toContain('qflow_votes_total{kind="finalize"} 1');
    expect(text).toContain('qflow_condition{condition="voting"} 1');
    expect(text).toContain('qflow_http_request_seconds_count{method="GET",status="200"} 1');
    expect(text).not.toMatch(/NaN|Infinity$/m);
  });
});

describe('control', () => {
  const authorized = { authorization: `Bearer ${token}` };

  test('arms and disarms stops', async () => {
    const armed = await send('POST', '/control/arm', { event: 'proposal-half-sent', where: { view: 3 } }, authorized);
    expect(await armed.json()).toEqual({ armed: 'proposal-half-sent', nth: 1, afterFlush: true });
    expect(await (await send('POST', '/control/disarm', {}, authorized)).json()).toEqual({ disarmed: 1 });

    await send('POST', '/control/arm', { event: 'vote' }, authorized);
    await send('POST', '/control/emit', '"vote"', authorized);
    expect(stops).toEqual(['now']);
  });

  test('refuses who does not know the token', async () => {
    for (const headers of [{}, { authorization: 'Bearer no' }, { authorization: token }] as Record<string, string>[]) {
      expect((await send('POST', '/control/arm', { event: 'vote' }, headers)).status).toBe(403);
    }
    expect(stops).toEqual([]);
  });

  test('refuses unknown commands and bad bodies', async () => {
    expect((await send('POST', '/control/constructor', {}, authorized)).status).toBe(404);
    const response = await send('POST', '/control/arm', { event: 'vote', nth: 0 }, authorized);
    expect([response.status, (await response.json()).error.path]).toEqual([400, 'nth']);
  });
});

describe('the server', () => {
  test('holds requests while the gate is shut', async () => {
    gate.shut();
    const waiting = send('GET', register);
    // A second connection shows that the first request has had its time to come through.
    const opened = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => opened.once('connect', resolve));
    opened.destroy();
    expect(node.submitted).toEqual([]);

    gate.open();
    expect((await waiting).status).toBe(200);
  });

  test('stops although a client keeps its connection', async () => {
    const agentless = httpRequest({
      port: server.port,
      host: '127.0.0.1',
      path: register,
      headers: { connection: 'keep-alive' },
    });
    const status = await new Promise((resolve) => {
      agentless.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)));
      agentless.end();
    });
    expect(status).toBe(200);

    const half = connect(server.port, '127.0.0.1');
    half.on('error', () => {});
    await new Promise((resolve) => half.write('GET / HTTP/1.1\r\nhost:', resolve));
    await server.close(50);
    await expect(fetch(url(register))).rejects.toThrow();
  });

  test('says which port is taken', async () => {
    const taken = { host: '127.0.0.1', port: server.port, requestTimeoutMs: 1, greatestConnections: 1 };

    await expect(serveApi(new Hono(), taken)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
