import { mkdir } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import type { Client, Cluster, ClusterNode, DeployRequest, Observation, PreparedTarget } from '@qflow/chaos';
import { createRandom } from '@qflow/simulation';
import { hostClock } from '../host/clock.ts';
import { identityOf } from '../host/identity.ts';
import { processesMarked } from '../host/marked-processes.ts';
import { watchOthersLoad } from '../host/others-load.ts';
import { untilReady } from '../host/ready.ts';
import { removeRunRecord, writeRunRecord } from '../host/run-records.ts';
import { startSchedulingProbe } from '../host/scheduling/probe.ts';
import { signal, untilState } from '../host/signals.ts';
import { stateDirectory } from '../host/state-directory.ts';
import { finishJournal } from '../host/watchdog/reap.ts';
import { startWatchdog } from '../host/watchdog/watchdog.ts';
import { type Closing, createClosing } from './closing.ts';
import { diskControl } from './disk-control.ts';
import { openDeploymentJournal } from './journal.ts';
import { openLinks } from './links/links.ts';
import { followEvents } from './node-events.ts';
import { type NodeProcess, nodeProcess } from './node-process.ts';
import { processControl } from './process-control.ts';
import { findResidue } from './residue.ts';
import { type ArmedStops, traceControl } from './trace-control.ts';
import { undoOn } from './undo.ts';

/** How often the nodes' events are brought into the history while the cluster runs. */
const readEventsEveryMs = 100;
const endsWithinMs = 10_000;

type Grounds = Awaited<ReturnType<typeof layGrounds>>;

export interface DeploymentOptions {
  /** Where the deployment is written down for a later recovery. Default: this user's state directory. */
  readonly state?: string;
  /** How long the framework may be silent before its watchdog undoes everything, in milliseconds. */
  readonly leaseMs?: number;
}

/** Starts the cluster; what was started before a failure is ended again. */
export async function deploy(request: DeployRequest, options: DeploymentOptions = {}): Promise<Cluster> {
  request.history.startClock(hostClock);
  const closing = createClosing();
  try {
    const grounds = await layGrounds(request, options, closing);
    const cluster = assemble(request, grounds, closing);
    await unlessAborted(request.signal, async () => {
      await Promise.all([grounds.watchdog.watching, ...grounds.nodes.map((node) => node.start())]);
      await untilReady(cluster, () => grounds.nodes.find((found) => found.state() === 'gone')?.node);
    });
    return cluster;
  } catch (error) {
    await closing.now().catch((left: Error) => {
      throw new AggregateError([error, left], `${(error as Error).message}. ${left.message}`);
    });
    throw error;
  }
}

/** Rejects with the signal's reason as soon as it is aborted; the work then fails because its processes are ended. */
async function unlessAborted(signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
  signal?.throwIfAborted();
  const working = work();
  if (signal === undefined) {
    return working;
  }
  working.catch(() => undefined);
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([working, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Everything that has to be there before the first node starts. */
async function layGrounds(request: DeployRequest, options: DeploymentOptions, closing: Closing) {
  const { directory, target, size, seed, runId, history, undoJournal } = request;
  const { state = stateDirectory(), leaseMs } = options;
  if (directory === undefined) {
    throw new Error('Nodes that are processes need a directory for their data and logs');
  }
  const logs = join(directory, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const mark = `${runId}:${directory}`;

  const journal = await openDeploymentJournal(join(directory, 'processes.jsonl'));
  closing.add('the journal', () => journal.close());
  const journals = [journal.path, ...(undoJournal === undefined ? [] : [undoJournal])];
  const watchdog = await startWatchdog({
    mark,
    journals,
    report: join(directory, 'watchdog.jsonl'),
    state,
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });
  closing.add('the watchdog', () => watchdog.dismiss());
  const record = await writeRunRecord(state, {
    runId,
    startedAt: new Date().toISOString(),
    directory,
    mark,
    journals,
    framework: identityOf(process.pid)!,
    watchdog: watchdog.process.identity,
  });
  let areEnded = false;
  closing.add('the record of the run', async () => {
    // What is not known to be undone stays recorded, for a later recovery.
    if (areEnded) {
      await Promise.all(journals.map(finishJournal));
      await removeRunRecord(record);
    }
  });
  closing.add('the processes', async () => {
    await killAll(mark);
    await journal.finish();
    areEnded = true;
  });

  const [links, probe] = await Promise.all([
    closing.hold('the links', openLinks(size, mark), (opened) => opened.close()),
    closing.hold('the scheduling probe', startSchedulingProbe(), (started) => started.stop()),
  ]);

  const prepared = await target.prepare({ size, seed, directory, linkAddress: links.address });
  const specifications = Array.from({ length: size }, (_, index) => {
    const specification = prepared.command?.(index);
    if (specification === undefined) {
      throw new Error(`The target "${target.name}" has no command that starts a node as a process`);
    }
    return specification;
  });

  let trace: ArmedStops | undefined;
  const nodes = specifications.map((specification, index) => {
    const node: ClusterNode = { name: `n${index + 1}`, index };
    return nodeProcess({
      node,
      specification,
      mark,
      logPath: join(logs, node.name),
      journal,
      uncared: () => watchdog.lost(),
      onListening: ({ link }) => links.lead(index, link),
      onExit: (exit) => {
        trace?.forget(node);
        const time = hostClock.nowNs();
        history.nodeEvent({ node: node.name, event: 'process-exited', value: { ...exit }, honest: true, time });
        // Its port is free for others from now on. Links that are closed already lead nowhere.
        links.lead(index, null).catch(() => undefined);
      },
    });
  });
  const nodeOf = (node: ClusterNode): NodeProcess => nodes[node.index]!;
  trace = traceControl(nodeOf, prepared, history);

  const events = nodes.map(({ node, specification }) => followEvents(specification.eventsFile, node.name, history));
  const reading = setInterval(() => {
    for (const { read } of events) {
      read();
    }
  }, readEventsEveryMs);
  closing.add('the events', async () => {
    clearInterval(reading);
    // Whatever still runs would go on to write.
    await killAll(mark);
    await Promise.all(nodes.map((node) => node.exited()));
    for (const { finish } of events) {
      finish();
    }
  });

  return { directory, mark, watchdog, links, probe, prepared, nodes, nodeOf, trace };
}

async function killAll(mark: string): Promise<void> {
  const living = processesMarked(mark);
  for (const identity of living) {
    signal(identity, 'SIGKILL');
  }
  await Promise.all(living.map((identity) => untilState(identity, ['gone'], endsWithinMs)));
}

function assemble(request: DeployRequest, grounds: Grounds, closing: Closing): Cluster {
  const { target, size, seed, history } = request;
  const { directory, mark, watchdog, links, probe, prepared, nodes, nodeOf, trace } = grounds;
  const clients: Client[] = [];
  closing.add('the clients', async () => {
    for (const client of clients) {
      client.close();
    }
  });
  const disks = diskControl(nodeOf, directory, history);
  const byName = (name: string): NodeProcess => {
    const found = nodes.find(({ node }) => node.name === name);
    if (found === undefined) {
      throw new Error(`There is no node "${name}" in this cluster of ${size}`);
    }
    return found;
  };
  const others = watchOthersLoad();
  const ownPids = (): number[] => [
    links.process.pid,
    ...nodes.filter(({ state }) => state() !== 'gone').map(({ identity }) => identity().pid),
  ];
  let isStopped = false;

  return {
    nodes: nodes.map(({ node }) => node),
    tolerance: target.tolerance(size),
    clock: hostClock,
    random: createRandom(seed).stream('cluster'),
    processes: processControl(nodeOf, history),
    disks,
    trace,

    client(node) {
      if (prepared.client === undefined) {
        throw new Error(`The target "${target.name}" has no client`);
      }
      const client = prepared.client({
        name: `client-${clients.length + 1}`,
        first: node.index,
        endpoints: () => nodes.map(({ endpoint }) => endpoint()),
      });
      clients.push(client);
      return client;
    },

    observe: (withinMs) => Promise.all(nodes.map((found) => observe(found, prepared, withinMs))),
    undo: (undo) => undoOn(undo, byName, trace, disks),
    uncared: () => (isStopped ? null : watchdog.lost()),
    residue: async () => findResidue(nodes, trace, mark, isStopped),

    host: async () => ({
      cores: cpus().length,
      kernel: release(),
      load: loadavg()[0] ?? 0,
      starvedMs: probe.read(),
      othersBusyCores: others.read(ownPids()),
    }),

    async stop() {
      isStopped = true;
      await closing.now();
    },
  };
}

async function observe(found: NodeProcess, prepared: PreparedTarget, withinMs: number): Promise<Observation> {
  const { node } = found;
  const endpoint = found.endpoint();
  if (endpoint === null || prepared.observe === undefined) {
    return { node, answered: false };
  }
  try {
    return await prepared.observe(node, endpoint, withinMs);
  } catch {
    return { node, answered: false };
  }
}
