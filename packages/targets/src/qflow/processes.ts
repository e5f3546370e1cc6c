import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandSpecification, Listening, PreparedTarget, PrepareRequest } from '@qflow/chaos';
import { consensusLogName } from '@qflow/engine';
import { clusterVerifier, genesis, logRecords } from '@qflow/engine-host';
import { answerCheck } from './answer-check.ts';
import { qflowClient } from './client.ts';
import { arm, disarm, observe } from './control-api.ts';
import { createConnections } from './http-wire.ts';
import { nodeProgram } from './node-program.ts';
import type { QflowOptions } from './options.ts';

/** Validators as processes: keys and configurations from the seed, clients over HTTP. */
export function prepareProcesses(
  { size, seed, directory = '', linkAddress }: PrepareRequest,
  { entry, timing, trustsNodes = false }: QflowOptions,
): PreparedTarget {
  // Derived, so that a run can be looked at from outside by whoever knows its seed; worth nothing beyond it.
  const controlToken = createHash('sha256').update(`qflow-chaos control ${seed}`).digest('hex');
  const { cluster, nodes } = genesis({
    cluster: 'qflow-chaos',
    validators: size,
    directory: join(directory, 'cluster'),
    seed: `qflow-chaos ${seed}`,
    dialAddress: (from, to) => addressOf(linkAddress, from, to),
    settings: { controlToken, ...(timing === undefined ? {} : { timing }) },
  });
  const check = trustsNodes ? null : answerCheck(clusterVerifier(cluster.keys), cluster);
  const connections = createConnections();
  const latest = { view: 0 };

  return {
    command(index): CommandSpecification {
      const node = nodes[index]!;
      const program = nodeProgram(entry);
      return {
        executable: program.executable,
        arguments: [...program.arguments, 'node', '--config', node.configurationFile, '--exit-with-parent'],
        environment: {},
        dataDirectory: node.dataDirectory,
        logFile: join(node.dataDirectory, `${consensusLogName}.log`),
        eventsFile: node.eventsFile,
        listens,
        logRecords,
      };
    },
    observe,
    arm: (_, endpoint, stop) => arm(endpoint, controlToken, stop),
    disarm: (_, endpoint) => disarm(endpoint, controlToken),
    client: ({ name, first, endpoints }) =>
      qflowClient({
        name,
        first,
        wire: connections.wire(endpoints),
        check,
        latest,
        onClose: () => connections.release(),
      }),
  };
}

function addressOf(linkAddress: PrepareRequest['linkAddress'], from: number, to: number) {
  if (linkAddress === undefined) {
    throw new Error('Nodes that are processes need an address for each link');
  }
  return linkAddress(from, to);
}

const host = '127.0.0.1';

/** A node says where it listens in one line: `{"event":"listening","p2p":PORT,"api":PORT}`. */
function listens(line: string): Listening | null {
  try {
    const { event, p2p, api } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return event === 'listening' && Number.isInteger(p2p) && Number.isInteger(api)
      ? { link: { host, port: p2p as number }, endpoint: `http://${host}:${api}` }
      : null;
  } catch {
    return null;
  }
}
