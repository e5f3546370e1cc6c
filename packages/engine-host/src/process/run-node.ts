import { createNode, type Node, type Rules } from '@qflow/engine';
import type { Ports } from '@qflow/ports';
import { createApi } from '../api/api.ts';
import { type ControlCommand, traceCommands } from '../api/control.ts';
import { serveApi } from '../api/server.ts';
import type { NodeConfiguration } from '../configuration/configuration.ts';
import { engineConfiguration } from '../configuration/engine-configuration.ts';
import { thresholdCrypto } from '../crypto/threshold-crypto.ts';
import { nodeMetrics } from '../metrics/node-metrics.ts';
import { systemClock } from '../platform/system-clock.ts';
import { systemRandom } from '../platform/system-random.ts';
import { fileStorage } from '../storage/file-storage.ts';
import { armableTrace, type Stopping } from '../trace/armed-stop.ts';
import { openEventFile } from '../trace/event-file.ts';
import { createGate, type Gate, gated } from '../trace/gate.ts';
import type { HostNetwork } from '../transport/host-network.ts';
import { openNetwork } from '../transport/libp2p-network.ts';
import { listeningFor } from './cannot-listen.ts';
import { lockDataDirectory } from './data-lock.ts';

/** How a node differs from the engine as it ships. For experiments: broken nodes and lying ports. */
export interface RunOptions {
  readonly rules?: Rules;
  /** Puts something between the engine and the world. */
  readonly wrap?: (ports: Ports) => Ports;
  /** More commands for the control API, by name. */
  readonly commands?: Readonly<Record<string, ControlCommand>>;
}

export interface RunningNode {
  readonly node: Node;
  readonly p2pPort: number;
  readonly apiPort: number;
  /** Answers what is under way for a second at the most, then closes everything. */
  stop(): Promise<void>;
}

/** What was sent before an armed stop has this long to leave; a peer that reads nothing must not keep us from stopping. */
const flushWithinMs = 500;

const drainMs = 1_000;
const closeMs = 300;

/**
 * Runs a node in this process.
 * @throws DataDirectoryInUse
 * @throws StorageCorrupt
 * @throws StorageFailed
 * @throws CannotListen
 */
export async function runNode(configuration: NodeConfiguration, options: RunOptions = {}): Promise<RunningNode> {
  /** What has been opened, to be closed in reverse. */
  const opened: (() => void | Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) {
      await close();
    }
  };

  try {
    const lock = lockDataDirectory(configuration.dataDirectory);
    opened.push(() => lock.release());
    const events = openEventFile(configuration.eventsFile);
    opened.push(() => events.close());
    const metrics = nodeMetrics();
    opened.push(() => metrics.close());
    const network = await listeningFor('p2p', configuration.p2p, () => openNetwork(configuration));
    opened.push(() => {
      network.close();
      return network.closed;
    });

    const gate = createGate();
    const trace = armableTrace(events, stoppingBehind(gate, network), metrics.observeEvent);
    const ports: Ports = gated(
      {
        clock: systemClock(),
        random: systemRandom(),
        network,
        storage: fileStorage(configuration.dataDirectory),
        crypto: thresholdCrypto(configuration.keys.cluster, configuration.self, configuration.keys.secret),
        trace,
      },
      gate,
    );
    const node = createNode(options.wrap?.(ports) ?? ports, engineConfiguration(configuration), options.rules);
    opened.push(() => node.stop());
    metrics.readStatus(() => node.status());

    const refusing = new AbortController();
    const givingUp = new AbortController();
    const app = createApi({
      node,
      configuration,
      metrics,
      gate,
      commands: { ...traceCommands(trace), ...options.commands },
      refusing: refusing.signal,
      givingUp: givingUp.signal,
    });
    const server = await listeningFor('api', configuration.api, () => serveApi(app, configuration.api));
    opened.push(async () => {
      refusing.abort();
      const timer = setTimeout(() => givingUp.abort(), drainMs);
      await server.close(drainMs + closeMs);
      clearTimeout(timer);
    });

    trace.emit('listening', { p2p: network.port, api: server.port, pid: process.pid });
    return { node, p2pPort: network.port, apiPort: server.port, stop: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function stoppingBehind(gate: Gate, network: HostNetwork): Stopping {
  const now = () => void process.kill(process.pid, 'SIGSTOP');
  return {
    now,
    afterFlush(report) {
      gate.shut();
      void network.flushed(flushWithinMs).then((flushed) => {
        report(flushed);
        now();
        // Here it goes on after SIGCONT.
        gate.open();
      });
    },
  };
}
