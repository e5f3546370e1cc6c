import type { Operation, Request, Result } from '@qflow/engine';
import { proofFromJson } from '@qflow/engine-host';
import { Pool } from 'undici';
import type { Reply, Wire } from './wire.ts';

/** Keep-alive connections to the nodes of one cluster, shared by its clients. */
export interface Connections {
  /** A wire for one more client; `endpoints[index]` is a node's base address, null while it is down. */
  wire(endpoints: () => readonly (string | null)[]): Wire;
  /** To be called once for each wire. With the last one, every connection is closed. */
  release(): void;
}

export function createConnections(): Connections {
  const pools = new Map<string, Pool>();
  let wires = 0;

  function poolOf(endpoint: string): Pool {
    const known = pools.get(endpoint);
    if (known !== undefined) {
      return known;
    }
    const pool = new Pool(endpoint, { pipelining: 1, keepAliveTimeout: 30_000, headersTimeout: 0, bodyTimeout: 0 });
    pools.set(endpoint, pool);
    return pool;
  }

  /** A restarted node listens elsewhere: what was open to it before is of no use. */
  function forget(endpoints: readonly (string | null)[]): void {
    for (const [endpoint, pool] of pools) {
      if (!endpoints.includes(endpoint)) {
        pools.delete(endpoint);
        void pool.destroy();
      }
    }
  }

  return {
    wire(endpoints) {
      wires += 1;
      return {
        nodes: endpoints().length,
        after(delayMs, action) {
          const timer = setTimeout(action, delayMs);
          return () => clearTimeout(timer);
        },
        async ask(node, request, signal) {
          const present = endpoints();
          const endpoint = present[node];
          if (endpoint === null || endpoint === undefined) {
            return { kind: 'refused', reason: 'it is down', forGood: false };
          }
          if (pools.size > present.length) {
            forget(present);
          }
          return exchange(poolOf(endpoint), request, signal);
        },
      };
    },

    release() {
      wires -= 1;
      if (wires === 0) {
        forget([]);
      }
    },
  };
}

async function exchange(pool: Pool, request: Request, signal: AbortSignal): Promise<Reply> {
  try {
    const { statusCode, body } = await pool.request({ ...messageOf(request), signal });
    return replyOf(statusCode, await body.text());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code !== undefined && neverSent.has(code)
      ? { kind: 'refused', reason: code, forGood: false }
      : { kind: 'unknown', reason: code ?? message ?? String(error) };
  }
}

/** Errors of a connection that never came to be. */
const neverSent: ReadonlySet<string> = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EADDRNOTAVAIL']);

interface Message {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function messageOf({ operation, ...identity }: Request): Message {
  const path = `/api/v1/registers/${encodeURIComponent(operation.key)}`;
  if (operation.kind === 'read') {
    const { client, sequence, expiresAfterView } = identity;
    return {
      method: 'GET',
      path: `${path}?client=${client}&sequence=${sequence}&expiresAfterView=${expiresAfterView}`,
    };
  }
  return {
    ...(operation.kind === 'write' ? { method: 'PUT', path } : { method: 'POST', path: `${path}/compare-and-set` }),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...contentOf(operation), ...identity }),
  };
}

const contentOf = (operation: Exclude<Operation, { kind: 'read' }>) =>
  operation.kind === 'write' ? { value: operation.value } : { expected: operation.expected, value: operation.value };

function replyOf(status: number, text: string): Reply {
  let json: Readonly<Record<string, unknown>>;
  try {
    json = JSON.parse(text);
    if (status === 200) {
      return { kind: 'answer', result: resultOf(json), proof: proofFromJson(json.proof) };
    }
  } catch (error) {
    return { kind: 'unknown', reason: `malformed answer with status ${status}: ${(error as Error).message}` };
  }
  const { code, path, message, outcome } = (json.error ?? {}) as Readonly<Record<string, unknown>>;
  const reason = `${code ?? status}${typeof message === 'string' ? `: ${message}` : ''}`;
  if (outcome !== 'fail') {
    return { kind: 'unknown', reason };
  }
  // A node that is behind finds an expiry too far ahead that others take.
  const isWrong = code === 'bad-input' && path !== 'expiresAfterView';
  return { kind: 'refused', reason, forGood: code === 'expired' || isWrong };
}

function resultOf({ kind, value, version }: Readonly<Record<string, unknown>>): Result {
  if (!Number.isSafeInteger(version)) {
    throw new TypeError('version is no whole number');
  }
  switch (kind) {
    case 'written':
      return { kind, version: version as number };
    case 'value':
    case 'mismatch':
      if (value === null || typeof value === 'string') {
        return { kind, value, version: version as number };
      }
      throw new TypeError('value is neither text nor null');
    default:
      throw new TypeError(`"${kind}" is no kind of result`);
  }
}
