import type { ArmedStop, ClusterNode, Observation } from '@qflow/chaos';
import type { NodeStatus } from '@qflow/engine';
import { request } from 'undici';
import { observationOf } from './observation.ts';

const commandWithinMs = 5_000;

/** A node that did not do what an experiment told it to. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';

  constructor(command: string, endpoint: string, status: number, body: string) {
    super(`The node at ${endpoint} refused "${command}" with status ${status}: ${body.slice(0, 300)}`);
  }
}

/** Asks a node for its health, on a connection of its own: what others wait for says nothing about it. */
export async function observe(node: ClusterNode, endpoint: string, withinMs: number): Promise<Observation> {
  const { status, text } = await ask(`${endpoint}/api/v1/system/health`, { method: 'GET' }, withinMs);
  return status === 200
    ? observationOf(node, JSON.parse(text) as NodeStatus)
    : { node, answered: false, condition: `status ${status}` };
}

export const arm = (endpoint: string, token: string, stop: ArmedStop): Promise<void> =>
  command('arm', endpoint, token, stop);

export const disarm = (endpoint: string, token: string): Promise<void> => command('disarm', endpoint, token, {});

/** Resolves once the node has confirmed. @throws CommandRefused, or the connection's error */
async function command(name: string, endpoint: string, token: string, content: object): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const message = { method: 'POST' as const, headers, body: JSON.stringify(content) };
  const { status, text } = await ask(`${endpoint}/control/${name}`, message, commandWithinMs);
  if (status !== 200) {
    throw new CommandRefused(name, endpoint, status, text);
  }
}

type Message = Pick<NonNullable<Parameters<typeof request>[1]>, 'method' | 'headers' | 'body'>;

async function ask(url: string, message: Message, withinMs: number): Promise<{ status: number; text: string }> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${withinMs} ms`)), withinMs);
  try {
    const { statusCode, body } = await request(url, { ...message, reset: true, signal: late.signal });
    return { status: statusCode, text: await body.text() };
  } finally {
    clearTimeout(timer);
  }
}
