import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordHistory } from '@qflow/chaos';
import { processes, simulation } from '@qflow/environments';
import { expect, test } from 'vitest';
import { qflow } from './qflow.ts';

test.each([
  ['simulation', simulation],
  ['processes', processes],
])(
  'a leader stops itself with its proposal half sent, and the others go on without it (%s)',
  async (name, environment) => {
    const directory = mkdtempSync(join(tmpdir(), 'armed-stop-'));
    const place = name === 'simulation' ? {} : { directory };
    const history = recordHistory();
    const cluster = await environment().deploy({ target: qflow(), size: 4, seed: 3, runId: 'test', history, ...place });
    try {
      const [observation] = await cluster.observe(2_000);
      const leader = cluster.nodes.find((node) => node.name === observation?.leader)!;
      const follower = cluster.nodes.find((node) => node !== leader)!;
      await cluster.trace!.arm(leader, { event: 'proposal-half-sent', nth: 1 });

      const client = cluster.client(follower);
      expect(await client.apply({ f: 'write', key: 'a', value: 'x' }, 10_000)).toMatchObject({ type: 'ok' });
      expect(await cluster.processes!.state(leader)).toBe('paused');
      await cluster.processes!.kill(leader);
      await cluster.processes!.start(leader);
      expect(await cluster.client(leader).apply({ f: 'read', key: 'a', value: null }, 10_000)).toMatchObject({
        value: 'x',
      });
    } finally {
      await cluster.stop();
      rmSync(directory, { recursive: true, force: true });
    }
    const stops = history.frozen().events.filter((event) => 'event' in event && event.event === 'armed-stop');
    expect(stops).toMatchObject([{ value: { event: 'proposal-half-sent', nth: 1 } }]);
  },
);
