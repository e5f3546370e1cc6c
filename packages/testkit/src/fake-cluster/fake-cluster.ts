import type {
  Cluster,
  ClusterNode,
  DeployRequest,
  DiskControl,
  Environment,
  ProcessControl,
  ProcessIdentity,
  RunClock,
  Target,
  TraceControl,
  Undo,
} from '@qflow/chaos';
import { capabilities } from '@qflow/chaos';
import type { Json } from '@qflow/checkers';
import { createRandom } from '@qflow/simulation';
import { type FakeNode, FakeSystem } from './fake-system.ts';
import type { Flaws } from './flaws.ts';
import { virtualClock } from './virtual-clock.ts';

/** A cluster in memory on virtual time, with what it was asked to do. */
export interface FakeCluster extends Cluster {
  readonly system: FakeSystem;
  readonly undone: readonly Undo[];
  readonly isStopped: boolean;
}

export interface FakeEnvironment extends Environment {
  /** The clusters that were deployed, in order. */
  readonly clusters: readonly FakeCluster[];
  readonly clock: RunClock;
}

/** An environment whose clusters live in memory, for tests of the framework itself. */
export function fakeEnvironment(flaws: Flaws = {}): FakeEnvironment {
  const clusters: FakeCluster[] = [];
  const clock = virtualClock();
  return {
    name: 'simulation',
    offers: capabilities,
    clusters,
    clock,
    unfit: async () => null,
    async deploy(request) {
      request.history.startClock(clock);
      if (flaws.deployFails) throw new Error('no room for another cluster');
      await clock.sleep(100);
      const cluster = fakeCluster(request, clock, flaws);
      clusters.push(cluster);
      return cluster;
    },
  };
}

/** A target that every fake environment can run. */
export const fakeTarget: Target = {
  name: 'fake',
  version: '1',
  workloads: ['register'],
  tolerance: (size) => Math.floor((size - 1) / 3),
  prepare: async () => ({}),
};

export function fakeCluster(
  { size, seed, history }: Pick<DeployRequest, 'size' | 'seed' | 'history'>,
  clock: RunClock,
  flaws: Flaws = {},
): FakeCluster {
  const system = new FakeSystem(size, clock, history, flaws);
  const undone: Undo[] = [];
  let isStopped = false;

  const fake = ({ name }: Pick<ClusterNode, 'name'>): FakeNode => system.nodes.find((node) => node.name === name)!;
  const identityOf = (node: ClusterNode): ProcessIdentity => ({
    pid: node.index + 1,
    startTime: String(fake(node).incarnation),
    bootId: 'fake',
  });
  const nodeOf = (process: ProcessIdentity): FakeNode | undefined =>
    system.nodes.find((node) => node.index + 1 === process.pid && String(node.incarnation) === process.startTime);
  const deed = (f: string, node: ClusterNode, more: Record<string, Json> = {}): void =>
    history.deed({ f, phase: 'invoked', value: { node: node.name, ...more } });
  const become = (node: ClusterNode, state: FakeNode['state']): void => {
    fake(node).state = state;
    system.changed();
  };

  const processes: ProcessControl = {
    identityOf,
    async state(node) {
      if (flaws.stateThrows) throw new Error('the kernel does not say');
      return fake(node).state;
    },
    async kill(node) {
      deed('processes.kill', node);
      if (!flaws.killDoesNothing) become(node, 'gone');
    },
    async terminate(node) {
      deed('processes.terminate', node);
      await clock.sleep(50);
      become(node, 'gone');
      return { exitCode: 0, tookMs: 50 };
    },
    async pause(node) {
      deed('processes.pause', node);
      become(node, 'paused');
    },
    async resume(node) {
      deed('processes.resume', node);
      become(node, 'running');
    },
    async start(node) {
      await clock.sleep(100);
      const started = fake(node);
      if (started.state !== 'gone') return;
      if (started.damage === 'flipped' && !flaws.acceptsDamage) throw new Error('the log is damaged in its middle');
      started.damage = 'none';
      started.incarnation += 1;
      started.state = 'running';
      deed('processes.restart', node);
      system.started(started);
    },
  };

  const idle = (node: ClusterNode): void => {
    if (fake(node).state !== 'gone') throw new Error(`${node.name} is ${fake(node).state}; stop it first`);
  };
  const disks: DiskControl = {
    async wipe(node) {
      idle(node);
      deed('disks.wipe', node);
      Object.assign(fake(node), { bytes: 0, height: 0, damage: 'none' });
    },
    async tear(node) {
      idle(node);
      deed('disks.tear', node);
      Object.assign(fake(node), { bytes: fake(node).bytes - 7, damage: 'torn' });
    },
    async flip(node) {
      idle(node);
      deed('disks.flip', node);
      fake(node).damage = 'flipped';
    },
    usedBytes: async (node) => fake(node).bytes,
  };

  const armed = new Set<string>();
  const trace: TraceControl = {
    async arm(node, { event }) {
      deed('trace.arm', node, { event });
      armed.add(node.name);
      if (flaws.neverReachesEvents) return;
      void clock.sleep(40).then(() => {
        if (armed.delete(node.name) && fake(node).state === 'running') become(node, 'paused');
      });
    },
    async disarm(node) {
      deed('trace.disarm', node);
      armed.delete(node.name);
    },
  };

  const undo = async (wanted: Undo): Promise<void> => {
    if (wanted.undo === flaws.undoFails) throw new Error('it cannot be undone');
    await clock.sleep(1);
    undone.push(wanted);
    if (wanted.undo === 'processes.start') await processes.start(fake({ name: wanted.node }));
    if (wanted.undo === 'disks.wipe' && fake({ name: wanted.node }).state === 'gone') {
      await disks.wipe(fake({ name: wanted.node }));
    }
    if (wanted.undo === 'processes.resume') {
      const node = nodeOf(wanted.process);
      if (node?.state === 'paused') await processes.resume(node);
    }
    if (wanted.undo === 'trace.disarm') armed.delete(wanted.node);
  };

  return {
    system,
    undone,
    get isStopped() {
      return isStopped;
    },
    nodes: system.nodes,
    tolerance: fakeTarget.tolerance(size),
    clock,
    random: createRandom(seed),
    processes,
    disks,
    trace,
    client: (node) => system.client(node),
    observe: async (withinMs) => {
      const silent = system.nodes.some(({ state }) => state === 'paused');
      await clock.sleep(silent ? withinMs : 1);
      return system.nodes.map((node) =>
        node.state === 'running'
          ? { node, answered: true, leader: system.leader.name, height: system.heightOf(node), condition: 'voting' }
          : { node, answered: false },
      );
    },
    undo,
    async residue() {
      const paused = system.nodes
        .filter(({ state }) => state === 'paused')
        .map(({ name }) => ({ kind: 'process', what: `${name} is paused`, remedy: 'resume it' }));
      return flaws.residue === undefined
        ? paused
        : [...paused, { kind: 'rule', what: flaws.residue, remedy: 'remove it' }];
    },
    host: async () => ({ cores: 2, kernel: 'fake', load: 0, starvedMs: flaws.starvedMs ?? 0 }),
    async stop() {
      isStopped = true;
    },
  };
}
