import type { Client, Cluster, ClusterNode, DeployRequest, Environment, Observation } from '@qflow/chaos';
import { createWorld, type WorldSettings } from '@qflow/simulation';
import { untilReady } from '../host/ready.ts';
import { diskControl, processControl, traceControl } from './controls.ts';
import { type SimulatedNode, simulatedNode } from './simulated-node.ts';
import { undoIn } from './undo.ts';
import { virtualClock } from './virtual-clock.ts';

/** What the world is like, besides its seed and size. */
export type SimulationOptions = Pick<WorldSettings, 'link' | 'transport'>;

/** All nodes in this process on virtual time: an hour costs seconds, and the same seed gives the same run. */
export function simulation(options: SimulationOptions = {}): Environment {
  return {
    name: 'simulation',
    offers: [
      'processes.kill',
      'processes.terminate',
      'processes.pause',
      'processes.restart',
      'disks.wipe',
      'disks.tear',
      'disks.flip',
      'trace.arm',
    ],
    unfit: async () => null,
    deploy: (request) => deploy(request, options),
  };
}

async function deploy(request: DeployRequest, options: SimulationOptions): Promise<Cluster> {
  const { target, size, seed, history } = request;
  const world = createWorld({ seed, nodes: size, ...options });
  const clock = virtualClock(world);
  history.startClock(clock);
  const prepared = await target.prepare({ size, seed });
  const { inProcessClient, inProcessLog } = prepared;

  const nodes = Array.from({ length: size }, (_, index): SimulatedNode => {
    return simulatedNode({ name: `n${index + 1}`, index }, world, prepared, clock);
  });
  const nodeOf = (node: ClusterNode): SimulatedNode => nodes[node.index]!;
  const byName = (name: string): SimulatedNode => {
    const found = nodes.find(({ node }) => node.name === name);
    if (found === undefined) {
      throw new Error(`There is no node "${name}" in this cluster of ${size}`);
    }
    return found;
  };

  world.onTrace((traced) => {
    const time = Math.round(traced.atMs * 1e6);
    const node = nodes[traced.node]!;
    const said = { node: node.node.name, honest: true, time };
    history.nodeEvent({ ...said, event: traced.event, value: traced.value });
    const stop = node.armed();
    if (stop !== null && node.stopsAt(traced)) {
      history.nodeEvent({ ...said, event: 'armed-stop', value: { event: stop.event, nth: stop.nth, flushed: null } });
    }
  });

  const disks = diskControl(nodeOf, world, inProcessLog, history);
  const clients: Client[] = [];
  let isStopped = false;

  const cluster: Cluster = {
    nodes: nodes.map(({ node }) => node),
    tolerance: target.tolerance(size),
    clock,
    random: world.random,
    processes: processControl(nodeOf, history),
    disks,
    trace: traceControl(nodeOf, history),

    client(node) {
      if (inProcessClient === undefined) {
        throw new Error(`The target "${target.name}" has no client for nodes in process`);
      }
      const client = inProcessClient({
        name: `client-${clients.length + 1}`,
        first: node.index,
        nodes: size,
        clock,
        verifier: world.verifier,
        ask: (index, question) => nodes[index]!.ask(question),
      });
      clients.push(client);
      return client;
    },

    observe: async () => nodes.map(observe),
    undo: (undo) => undoIn(undo, nodes, byName, disks),
    residue: async () => (isStopped ? [] : nodes.flatMap(residueOf)),
    host: async () => ({ cores: size, kernel: 'simulated', load: 0, starvedMs: 0 }),
    fingerprint: () => world.fingerprint(),

    async stop() {
      isStopped = true;
      for (const client of clients.splice(0)) {
        client.close();
      }
      for (const node of nodes) {
        if (node.state() !== 'gone') {
          node.crash();
        }
      }
    },
  };

  try {
    request.signal?.throwIfAborted();
    for (const node of nodes) {
      prepared.initializeDisk?.(node.node.index, world.node(node.node.index));
      node.start();
    }
    await untilReady(cluster, () => nodes.find((node) => node.state() === 'gone')?.node);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function observe({ node, awake }: SimulatedNode): Observation {
  return awake()?.observe(node) ?? { node, answered: false };
}

function residueOf({ node, state, armed }: SimulatedNode) {
  const stop = armed();
  return [
    ...(state() === 'paused'
      ? [{ kind: 'processes.pause', what: `${node.name} is paused`, remedy: `resume ${node.name}` }]
      : []),
    ...(stop === null
      ? []
      : [{ kind: 'trace.arm', what: `${node.name} will stop itself at ${stop.event}`, remedy: `disarm ${node.name}` }]),
  ];
}
