import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, ClusterNode, Environment, Observation, ProcessState, Target } from '@qflow/chaos';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveHistory } from './live-history.ts';

/**
 * What every environment owes whoever harms its clusters. The target has to answer `say` by an event `said` with the
 * operation's value, and to open its log with at least three records.
 */
export function environmentCompliance(name: string, environment: () => Environment, target: () => Target): void {
  describe(`${name} as an environment`, () => {
    let directory: string;
    let history: ReturnType<typeof liveHistory>;
    let cluster: Cluster;

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'environment-'));
      history = liveHistory();
      const request = { target: target(), size: 4, seed: 1, runId: 'compliance', directory, history };
      cluster = await environment().deploy(request);
    });

    afterEach(async () => {
      // Absent when the deployment failed, which the test has told already.
      await cluster?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    const deeds = () => history.events.filter((event) => event.process === 'nemesis');
    const events = (event: string, node: ClusterNode) =>
      history.events.filter((entry) => entry.event === event && entry.node === node.name);
    const say = (node: ClusterNode, value: string, withinMs = 2_000) =>
      cluster.client(node).apply({ f: 'say', value }, withinMs);

    /** Waits for a condition on the cluster's own clock, for at most a minute of it. */
    async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
      for (let waitedMs = 0; !(await holds()); waitedMs += 10) {
        expect(waitedMs, 'a minute has passed').toBeLessThan(60_000);
        await cluster.clock.sleep(10);
      }
    }
    const untilSeen = (holds: (observations: readonly Observation[]) => boolean) =>
      until(async () => holds(await cluster.observe(200)));
    const untilState = (node: ClusterNode, state: ProcessState) =>
      until(async () => (await cluster.processes!.state(node)) === state);
    const whole = (observations: readonly Observation[]) =>
      observations.every(({ answered, connected }) => answered && connected?.length === 3);

    test('deploys a cluster whose nodes all answer and are connected, and fits this machine', async () => {
      expect(await environment().unfit(target())).toBeNull();
      expect(cluster.nodes.map(({ name, index }) => [name, index])).toEqual([
        ...[
          ['n1', 0],
          ['n2', 1],
        ],
        ...[
          ['n3', 2],
          ['n4', 3],
        ],
      ]);
      expect(cluster.tolerance).toBe(1);
      expect(whole(await cluster.observe(2_000))).toBe(true);
      expect(await cluster.residue()).toEqual([]);
    });

    test('has the control for everything that it offers', () => {
      for (const capability of environment().offers) {
        expect(cluster[capability.split('.')[0] as 'processes' | 'disks' | 'trace'], capability).toBeDefined();
      }
    });

    test('kills a node, which its peers and clients notice, and starts it again over its disk', async () => {
      const [, victim] = cluster.nodes as [ClusterNode, ClusterNode];
      const before = cluster.processes!.identityOf(victim);
      await cluster.processes!.kill(victim);

      expect(await cluster.processes!.state(victim)).toBe('gone');
      expect((await cluster.observe(500))[1]).toMatchObject({ answered: false });
      expect((await say(victim, 'to the dead', 100)).type).not.toBe('ok');
      await untilSeen((seen) => seen.every(({ answered, connected }) => !answered || connected?.length === 2));

      await cluster.processes!.start(victim);
      expect(await cluster.processes!.state(victim)).toBe('running');
      expect(cluster.processes!.identityOf(victim)).not.toEqual(before);
      await untilSeen(whole);
      const heights = (await cluster.observe(2_000)).map(({ height }) => height);
      expect(heights).toEqual([3, 6, 3, 3]);
      expect(deeds()).toMatchObject([
        { f: 'processes.kill', value: { node: 'n2' }, phase: 'invoked' },
        { f: 'processes.restart', value: { node: 'n2' }, phase: 'invoked' },
      ]);
    });

    test('stops a node in an orderly way', async () => {
      const { exitCode } = await cluster.processes!.terminate(cluster.nodes[2]!);

      expect(exitCode).toBe(0);
      expect(await cluster.processes!.state(cluster.nodes[2]!)).toBe('gone');
    });

    test('refuses to harm a node that is down, and to start one that runs', async () => {
      const [first, second] = cluster.nodes as [ClusterNode, ClusterNode];
      await cluster.processes!.kill(first);

      await expect(cluster.processes!.kill(first)).rejects.toThrow('n1 does not run');
      await expect(cluster.processes!.pause(first)).rejects.toThrow('n1 does not run');
      await expect(cluster.processes!.start(second)).rejects.toThrow('n2 is running');
      expect(deeds()).toHaveLength(1);
    });

    test('pauses a node without ending it, tells so as residue, and resumes it', async () => {
      const [node] = cluster.nodes as [ClusterNode];
      const process = cluster.processes!.identityOf(node);
      await cluster.processes!.pause(node);

      expect(await cluster.processes!.state(node)).toBe('paused');
      expect((await cluster.observe(200))[0]).toMatchObject({ answered: false });
      expect((await say(node, 'to the sleeping', 200)).type).toBe('info');
      expect(await cluster.residue()).toMatchObject([{ kind: 'processes.pause' }]);

      await cluster.processes!.resume(node);
      await untilSeen(whole);
      expect(cluster.processes!.identityOf(node)).toEqual(process);
      expect(await cluster.residue()).toEqual([]);
    });

    test('undoes a pause once, and never touches the next process of that node', async () => {
      const [node] = cluster.nodes as [ClusterNode];
      const process = cluster.processes!.identityOf(node);
      await cluster.processes!.pause(node);
      await cluster.undo({ undo: 'processes.resume', process });
      await cluster.undo({ undo: 'processes.resume', process });
      expect(await cluster.processes!.state(node)).toBe('running');

      await cluster.processes!.kill(node);
      await cluster.undo({ undo: 'processes.start', node: node.name });
      await cluster.undo({ undo: 'processes.start', node: node.name });
      await cluster.processes!.pause(node);
      await cluster.undo({ undo: 'processes.resume', process });
      await cluster.undo({ undo: 'processes.end', process });
      expect(await cluster.processes!.state(node)).toBe('paused');
    });

    test('a torn log is cut by its node, and nothing that was synced is lost', async () => {
      const [node] = cluster.nodes as [ClusterNode];
      await cluster.processes!.kill(node);
      const before = await cluster.disks!.usedBytes(node);
      await cluster.disks!.tear(node);
      expect(await cluster.disks!.usedBytes(node)).not.toBe(before);

      await cluster.processes!.start(node);
      await untilSeen(whole);
      expect((await cluster.observe(2_000))[0]).toMatchObject({ height: 6 });
    });

    test('a flipped bit makes the node refuse to start; with an empty disk it starts anew', async () => {
      const [node] = cluster.nodes as [ClusterNode];
      await cluster.processes!.kill(node);
      await cluster.disks!.flip(node);
      await expect(cluster.processes!.start(node)).rejects.toThrow(/damaged/);
      expect(await cluster.processes!.state(node)).toBe('gone');

      await cluster.undo({ undo: 'disks.wipe', node: node.name });
      expect(await cluster.disks!.usedBytes(node)).toBe(0);
      await cluster.undo({ undo: 'processes.start', node: node.name });
      await untilSeen(whole);
      expect((await cluster.observe(2_000))[0]).toMatchObject({ height: 3 });
    });

    test('leaves the disk of a running node alone', async () => {
      for (const damage of ['wipe', 'tear', 'flip'] as const) {
        await expect(cluster.disks![damage](cluster.nodes[0]!)).rejects.toThrow('The disk of n1 is left as it is');
      }
      expect(deeds()).toEqual([]);
    });

    test('an armed node stops itself at the nth event and goes on from there', async () => {
      const [, node] = cluster.nodes as [ClusterNode, ClusterNode];
      await cluster.trace!.arm(node, { event: 'said', nth: 2 });
      expect(await cluster.residue()).toMatchObject([{ kind: 'trace.arm' }]);

      expect((await say(node, 'first')).type).toBe('ok');
      expect(await cluster.processes!.state(node)).toBe('running');
      expect((await say(node, 'second', 300)).type).toBe('info');
      await untilState(node, 'paused');

      const process = cluster.processes!.identityOf(node);
      await cluster.undo({ undo: 'trace.disarm', node: node.name, process });
      await untilSeen(whole);
      expect((await say(node, 'third')).type).toBe('ok');
      expect(await cluster.residue()).toEqual([]);
    });

    test('a disarmed node does not stop', async () => {
      const [node] = cluster.nodes as [ClusterNode];
      await cluster.trace!.arm(node, { event: 'said', nth: 1 });
      await cluster.trace!.disarm(node);

      expect((await say(node, 'something')).type).toBe('ok');
      expect(await cluster.processes!.state(node)).toBe('running');
      expect(await cluster.residue()).toEqual([]);
    });

    test('everything that nodes say is in the history, in their order and on its clock, across restarts', async () => {
      const [, node] = cluster.nodes as [ClusterNode, ClusterNode];
      await say(node, 'one');
      await cluster.processes!.kill(node);
      await cluster.processes!.start(node);
      await say(node, 'two');
      await cluster.stop();

      expect(events('started', node)).toHaveLength(2);
      expect(events('said', node)).toMatchObject([
        { value: 'one', honest: true },
        { value: 'two', honest: true },
      ]);
      const times = ['started', 'said'].flatMap((event) => events(event, node).map(({ time }) => time));
      const [started, restarted, one, two] = times as [number, number, number, number];
      expect([started, one, restarted, two]).toEqual([...times].sort((a, b) => a - b));
      const [kill] = deeds().map(({ time }) => time) as [number];
      expect(one < kill && kill <= restarted).toBe(true);
    });

    test('after stopping nothing is left, a paused node neither, and stopping again changes nothing', async () => {
      await cluster.processes!.pause(cluster.nodes[3]!);
      await cluster.stop();
      await cluster.stop();

      expect(await cluster.residue()).toEqual([]);
      const states = await Promise.all(cluster.nodes.map((node) => cluster.processes!.state(node)));
      expect(states).toEqual(['gone', 'gone', 'gone', 'gone']);
    });

    test('tells of its host', async () => {
      expect(await cluster.host()).toMatchObject({
        cores: expect.any(Number),
        kernel: expect.any(String),
        load: expect.any(Number),
        starvedMs: expect.any(Number),
      });
    });
  });
}
