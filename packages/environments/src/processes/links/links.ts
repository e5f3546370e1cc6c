import type { ProcessIdentity } from '@qflow/chaos';
import { entryFile } from '../../host/entry-file.ts';
import { spawnProcess } from '../../host/spawned-process.ts';
import type { Address, LinkCounters } from './link.ts';
import type { LinksReply, LinksRequest, Pair } from './messages.ts';

/** The links between all nodes of a cluster, held by a process of their own. */
export interface Links {
  readonly process: ProcessIdentity;
  /** Where node `from` dials node `to`. @throws RangeError unless `from` is the lower index */
  address(from: number, to: number): Address;
  /** From now on, links to this node lead there; null: it is down, and dialling it is refused. */
  lead(to: number, upstream: Address | null): Promise<void>;
  counters(): Promise<readonly (Pair & LinkCounters)[]>;
  /** Resets every connection. Resolves once the process has ended. Idempotent. */
  close(): Promise<void>;
}

type Ask = LinksRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'id'> : never) : never;

/** Opens one link for each pair of `size` nodes. */
export async function openLinks(size: number, mark: string): Promise<Links> {
  const { child, identity, exited } = await spawnProcess({
    executable: process.execPath,
    arguments: [entryFile('processes/links/main.js')],
    environment: {},
    mark,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

  const waiting = new Map<number, (reply: LinksReply) => void>();
  let asked = 0;
  let hasEnded = false;
  child.on('message', (reply: LinksReply) => waiting.get(reply.id)?.(reply));
  void exited.then(() => {
    hasEnded = true;
    for (const [id, settle] of waiting) {
      settle({ id, reply: 'failed', reason: 'its process has ended' });
    }
  });

  async function ask<Kind extends LinksReply['reply']>(
    request: Ask & object,
    kind: Kind,
  ): Promise<Extract<LinksReply, { readonly reply: Kind }>> {
    const id = asked++;
    const reply = await new Promise<LinksReply>((resolve) => {
      if (hasEnded) {
        resolve({ id, reply: 'failed', reason: 'its process has ended' });
        return;
      }
      waiting.set(id, resolve);
      child.send({ id, ...request }, (error) => {
        if (error !== null) {
          resolve({ id, reply: 'failed', reason: error.message });
        }
      });
    });
    waiting.delete(id);
    if (reply.reply !== kind) {
      throw new Error(`The links of the cluster fail: ${reply.reply === 'failed' ? reply.reason : reply.reply}`);
    }
    return reply as Extract<LinksReply, { readonly reply: Kind }>;
  }

  const pairs = pairsOf(size);
  const { ports } = await ask({ ask: 'open', pairs }, 'opened');
  const portOf = new Map(pairs.map(({ from, to }, place) => [`${from}-${to}`, ports[place]]));

  return {
    process: identity,

    address(from, to) {
      const port = portOf.get(`${from}-${to}`);
      if (port === undefined) {
        throw new RangeError(`No link leads from node ${from} to node ${to}: of each pair, the lower index dials.`);
      }
      return { host: '127.0.0.1', port };
    },

    async lead(to, upstream) {
      await ask({ ask: 'upstream', to, upstream }, 'done');
    },

    async counters() {
      return (await ask({ ask: 'counters' }, 'counters')).links;
    },

    async close() {
      if (child.connected) {
        child.disconnect();
      }
      await exited;
    },
  };
}

function pairsOf(size: number): readonly Pair[] {
  const indices = Array.from({ length: size }, (_, index) => index);
  return indices.flatMap((from) => indices.slice(from + 1).map((to) => ({ from, to })));
}
