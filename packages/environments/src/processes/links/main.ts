import { type Link, openLink } from './link.ts';
import type { LinksReply, LinksRequest, Pair } from './messages.ts';

// The links of one cluster, in a process of their own: what the framework's event loop does delays no packet.

const links: { readonly pair: Pair; readonly link: Link }[] = [];

async function answer(request: LinksRequest): Promise<LinksReply> {
  const { id } = request;
  switch (request.ask) {
    case 'open': {
      const opened = await Promise.all(request.pairs.map(async (pair) => ({ pair, link: await openLink() })));
      links.push(...opened);
      return { id, reply: 'opened', ports: opened.map(({ link }) => link.port) };
    }
    case 'upstream':
      for (const { pair, link } of links) {
        if (pair.to === request.to) {
          link.setUpstream(request.upstream);
        }
      }
      return { id, reply: 'done' };
    case 'counters':
      return { id, reply: 'counters', links: links.map(({ pair, link }) => ({ ...pair, ...link.counters() })) };
  }
}

process.on('message', async (request: LinksRequest) => {
  const reply = await answer(request).catch(
    (error: Error): LinksReply => ({ id: request.id, reply: 'failed', reason: error.message }),
  );
  if (process.connected) {
    process.send?.(reply, () => undefined);
  }
});

// Without the framework there is no cluster.
process.on('disconnect', () => process.exit(0));
