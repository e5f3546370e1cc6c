import type { ClusterNode, DiskControl, HistoryRecorder, ProcessControl, TraceControl } from '@qflow/chaos';
import type { Json } from '@qflow/ports';
import type { World } from '@qflow/simulation';
import { DiskUntouched, NodeIsDown } from '../host/refusals.ts';
import type { SimulatedNode } from './simulated-node.ts';

type NodeOf = (node: ClusterNode) => SimulatedNode;
type Deeds = Pick<HistoryRecorder, 'deed'>;

export function processControl(nodeOf: NodeOf, history: Deeds): ProcessControl {
  function living(node: ClusterNode, deed: string): SimulatedNode {
    const found = nodeOf(node);
    if (found.state() === 'gone') {
      throw new NodeIsDown(node, deed);
    }
    record(deed, found);
    return found;
  }

  function record(deed: string, { node, identity }: SimulatedNode): void {
    const value = { node: node.name, process: { ...identity() } satisfies Json };
    history.deed({ f: `processes.${deed}`, value, phase: 'invoked' });
  }

  return {
    identityOf: (node) => nodeOf(node).identity(),
    state: async (node) => nodeOf(node).state(),
    kill: async (node) => living(node, 'kill').crash(),
    async terminate(node) {
      if (nodeOf(node).state() === 'paused') {
        throw new Error(`${node.name} is paused: it would take notice of SIGTERM only once it is resumed`);
      }
      living(node, 'terminate').terminate();
      return { exitCode: 0, tookMs: 0 };
    },
    pause: async (node) => living(node, 'pause').pause(),
    resume: async (node) => living(node, 'resume').resume(),
    async start(node) {
      nodeOf(node).start();
      record('restart', nodeOf(node));
    },
  };
}

/** @param log the one that is torn or flipped */
export function diskControl(nodeOf: NodeOf, world: World, log: string | undefined, history: Deeds): DiskControl {
  function idle(node: ClusterNode) {
    const state = nodeOf(node).state();
    if (state !== 'gone') {
      throw new DiskUntouched(node, `the node is ${state}; stop it first`);
    }
    return world.disk(node.index);
  }

  function logOf(node: ClusterNode, leastRecords: number): { readonly name: string; readonly records: number } {
    const contents = idle(node).contents();
    const name = log ?? '';
    const records = contents.get(name) ?? 0;
    if (records < leastRecords) {
      throw new DiskUntouched(node, `its log "${name}" holds ${records} records, and ${leastRecords} are needed`);
    }
    return { name, records };
  }

  const deed = (f: string, node: ClusterNode, more: Readonly<Record<string, number>> = {}) =>
    history.deed({ f, value: { node: node.name, ...more }, phase: 'invoked' });

  return {
    async wipe(node) {
      idle(node).wipe();
      deed('disks.wipe', node);
    },
    async tear(node) {
      const { name, records } = logOf(node, 1);
      world.disk(node.index).leaveTornRecord(name);
      deed('disks.tear', node, { afterRecords: records });
    },
    async flip(node) {
      const { name, records } = logOf(node, 2);
      const record = (records - 1) >> 1;
      world.disk(node.index).damage(name, record);
      deed('disks.flip', node, { record });
    },
    usedBytes: async (node) => world.disk(node.index).usedBytes(),
  };
}

export function traceControl(nodeOf: NodeOf, history: Deeds): TraceControl {
  return {
    async arm(node, stop) {
      if (nodeOf(node).awake() === null) {
        throw new NodeIsDown(node, 'arm');
      }
      nodeOf(node).arm(stop);
      history.deed({ f: 'trace.arm', value: { node: node.name, stop: { ...stop } as never }, phase: 'invoked' });
    },
    async disarm(node) {
      nodeOf(node).arm(null);
    },
  };
}
