import type { Ports } from '@qflow/ports';
import type { Client } from '../workloads/client.ts';
import type { ClusterNode, Observation } from './cluster.ts';

/** A system under test. */
export interface Target {
  readonly name: string;
  readonly version: string;
  /** Names of the workloads that its clients can serve. */
  readonly workloads: readonly string[];
  /** How many faulty nodes a cluster of this size promises to survive. */
  tolerance(size: number): number;

  /** Makes the keys and configurations of a new cluster. */
  prepare(request: PrepareRequest): Promise<PreparedTarget>;
}

export interface PrepareRequest {
  readonly size: number;
  readonly seed: number;
  /** Where the configurations go; absent when nodes run in the framework's own process. */
  readonly directory?: string;
  /** Where node `from` reaches node `to` (the proxy of the pair): host:port. Absent in simulation. */
  readonly linkAddress?: (from: number, to: number) => { readonly host: string; readonly port: number };
}

export interface PreparedTarget {
  /** How to start node `index` as a process of its own. */
  command?(index: number): CommandSpecification;
  /** The node's engine over simulated ports, already running. */
  inProcess?(index: number, ports: Ports): InProcessNode;
  /** Called once before a node's very first start in process: what genesis leaves on its disk. */
  initializeDisk?(index: number, ports: Pick<Ports, 'storage'>): void;

  /** A client over the real API: `endpoints[index]` is the node's base address, null while it is down. Asks `first` first. */
  client?(request: ClientRequest): Client;
  observe?(node: ClusterNode, endpoint: string, withinMs: number): Promise<Observation>;
}

export interface ClientRequest {
  readonly name: string;
  readonly first: number;
  endpoints(): readonly (string | null)[];
}

export interface CommandSpecification {
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDirectory: string;
  /** The append log that disk faults damage. */
  readonly logFile: string;
  /** Where the node writes its events, one JSON object a line. */
  readonly eventsFile: string;
  readonly controlToken: string;
}

export interface InProcessNode {
  client(name: string): Client;
  observe(node: ClusterNode): Observation;
  stop(): void;
}
