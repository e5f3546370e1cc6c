import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, type Environment, MISMATCH, recordHistory, type Target } from '@qflow/chaos';
import type { Json } from '@qflow/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** What every target with registers owes whoever harms it, on a cluster of four. */
export function registerTargetCompliance(name: string, target: () => Target, environment: () => Environment): void {
  describe(`${name} as a target with registers, in ${environment().name}`, () => {
    let directory: string;
    let cluster: Cluster;

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'target-'));
      const place = environment().name === 'simulation' ? {} : { directory };
      const run = { size: 4, seed: 7, runId: 'compliance', history: recordHistory() };
      cluster = await environment().deploy({ target: target(), ...run, ...place });
    });

    afterEach(async () => {
      // Absent when the deployment failed, which the test has told already.
      await cluster?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const withinMs = 10_000;
    const apply = (node: number, f: string, key: string, value: Json, within = withinMs) =>
      cluster.client(cluster.nodes[node]!).apply({ f, key, value }, within);
    const kill = (node: number) => cluster.processes!.kill(cluster.nodes[node]!);
    const start = (node: number) => cluster.processes!.start(cluster.nodes[node]!);
    const untilSeen = async (holds: (heights: readonly (number | undefined)[]) => boolean) => {
      for (let waitedMs = 0; ; waitedMs += 20) {
        const heights = (await cluster.observe(1_000)).map(({ height }) => height);
        if (holds(heights)) {
          return;
        }
        expect(waitedMs, `heights are ${heights}`).toBeLessThan(20_000);
        await cluster.clock.sleep(20);
      }
    };

    test('names its workloads and what it survives', () => {
      expect(target().workloads).toContain('register');
      expect(cluster.tolerance).toBe(target().tolerance(4));
    });

    test('what one node has written, every node reads', async () => {
      expect(await apply(0, 'read', 'a', null)).toMatchObject({ type: 'ok', value: null });
      expect(await apply(1, 'write', 'a', 'one')).toMatchObject({ type: 'ok', value: 'one' });
      for (const node of [0, 1, 2, 3]) {
        expect(await apply(node, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'one' });
      }
      expect(await apply(2, 'read', 'another', null)).toMatchObject({ type: 'ok', value: null });
    });

    test('a compare-and-set takes effect only on what it expects', async () => {
      expect(await apply(0, 'cas', 'a', [null, 'one'])).toMatchObject({ type: 'ok', value: [null, 'one'] });
      expect(await apply(1, 'cas', 'a', [null, 'two'])).toMatchObject({ type: 'fail', error: MISMATCH });
      expect(await apply(2, 'cas', 'a', ['one', 'two'])).toMatchObject({ type: 'ok' });
      expect(await apply(3, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'two' });
    });

    test('an operation that it does not have surely did not happen', async () => {
      expect(await apply(0, 'no-such-operation', 'a', null)).toMatchObject({ type: 'fail' });
    });

    test('tells who leads and how far it has come', async () => {
      await apply(0, 'write', 'a', 'one');
      await untilSeen((heights) => heights.every((height) => height !== undefined && height >= 1));
      const names = cluster.nodes.map((node) => node.name);
      for (const { leader, connected } of await cluster.observe(1_000)) {
        expect(names).toContain(leader);
        expect(connected).toHaveLength(3);
      }
    });

    test('a client goes on at another node when its own has died', async () => {
      const client = cluster.client(cluster.nodes[0]!);
      expect(await client.apply({ f: 'write', key: 'a', value: 'one' }, withinMs)).toMatchObject({ type: 'ok' });
      await kill(0);
      expect(await client.apply({ f: 'write', key: 'a', value: 'two' }, withinMs)).toMatchObject({ type: 'ok' });
      expect(await client.apply({ f: 'read', key: 'a', value: null }, withinMs)).toMatchObject({ value: 'two' });
    });

    test('a client goes on at another node when its own is paused', async () => {
      await cluster.processes!.pause(cluster.nodes[3]!);
      expect(await apply(3, 'write', 'a', 'one')).toMatchObject({ type: 'ok', value: 'one' });
      await cluster.processes!.resume(cluster.nodes[3]!);
    });

    test('without a quorum nothing is acknowledged; with one again, everything is', async () => {
      await apply(0, 'write', 'a', 'one');
      await kill(2);
      await kill(3);
      expect((await apply(0, 'write', 'a', 'two', 1_500)).type).toBe('info');
      await start(2);
      expect(await apply(0, 'cas', 'b', [null, 'three'])).toMatchObject({ type: 'ok' });
    });

    test('when no node runs, an operation surely did not happen', async () => {
      for (const node of [0, 1, 2, 3]) {
        await kill(node);
      }
      expect((await apply(0, 'write', 'a', 'one', 300)).type).toBe('fail');
    });

    test('what was acknowledged outlives the death of every node', async () => {
      for (const value of ['one', 'two', 'three']) {
        expect(await apply(1, 'write', 'a', value)).toMatchObject({ type: 'ok' });
      }
      for (const node of [0, 1, 2, 3]) {
        await kill(node);
      }
      await Promise.all([0, 1, 2, 3].map(start));
      expect(await apply(2, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'three' });
    });

    test('a node that was away catches up', async () => {
      await kill(1);
      for (const value of ['one', 'two', 'three', 'four']) {
        expect(await apply(0, 'write', 'a', value)).toMatchObject({ type: 'ok' });
      }
      await start(1);
      await untilSeen((heights) => new Set(heights).size === 1 && heights[0] !== undefined);
      expect(await apply(1, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'four' });
    });

    test('a node stops in an orderly way and comes back', async () => {
      await apply(0, 'write', 'a', 'one');
      const { exitCode } = await cluster.processes!.terminate(cluster.nodes[1]!);
      expect(exitCode).toBe(0);
      await start(1);
      expect(await apply(1, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'one' });
    });

    test.each(['tear', 'flip'] as const)(
      'a node whose log was damaged (%s) is told from a sound one',
      async (damage) => {
        for (const value of ['one', 'two', 'three']) {
          await apply(0, 'write', 'a', value);
        }
        const [node] = cluster.nodes;
        await cluster.processes!.kill(node!);
        await cluster.disks![damage](node!);
        if (damage === 'flip') {
          await expect(cluster.processes!.start(node!)).rejects.toThrow(/damaged/);
          await cluster.disks!.wipe(node!);
        }
        await cluster.processes!.start(node!);
        expect(await apply(0, 'read', 'a', null)).toMatchObject({ type: 'ok', value: 'three' });
      },
    );
  });
}
