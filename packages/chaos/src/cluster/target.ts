import type { Ports, Verifier } from '@qflow/ports';
import type { Client } from '../workloads/client.ts';
import type { ClusterNode, Observation, RunClock } from './cluster.ts';
import type { ArmedStop } from './controls.ts';

/** A system under test. */
export interface Target {
  readonly name: string;
  readonly version: string;
  /** Which build of it runs as processes: a SHA-256 in hex. Absent when that cannot be told. */
  readonly digest?: string;
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
  /**
   * Where node `from` reaches node `to`: the proxy of the pair. Only the lower index dials, so that one proxy controls
   * all that a pair says; throws for `from` >= `to`. Absent in simulation.
   */
  readonly linkAddress?: (from: number, to: number) => { readonly host: string; readonly port: number };
}

export interface PreparedTarget {
  /** How to start node `index` as a process of its own. */
  command?(index: number): CommandSpecification;
  /** The node's engine over simulated ports, already running. */
  inProcess?(index: number, ports: Ports): InProcessNode;
  /** Called once before a node's very first start in process: what genesis leaves on its disk. */
  initializeDisk?(index: number, ports: Pick<Ports, 'storage' | 'crypto'>): void;

  inProcessClient?(request: InProcessClientRequest): Client;
  /** Name of the log that disk faults damage, among those that a node in process opens on its storage. */
  readonly inProcessLog?: string;

  /** A client over the real API: `endpoints[index]` is the node's base address, null while it is down. Asks `first` first. */
  client?(request: ClientRequest): Client;
  observe?(node: ClusterNode, endpoint: string, withinMs: number): Promise<Observation>;

  /** Tells the node at `endpoint` to stop its own process at an event. Resolves once it has confirmed; throws otherwise. */
  arm?(index: number, endpoint: string, stop: ArmedStop): Promise<void>;
  disarm?(index: number, endpoint: string): Promise<void>;
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

  /** What a line of the node's standard output says of where it listens; null when it speaks of something else. */
  listens(line: string): Listening | null;
  /** Where the records of the append log lie, in order; absent when the target does not tell. */
  logRecords?(log: Uint8Array): readonly LogRecord[];
}

/** Ports are chosen by the system, never guessed: a node says where it listens. */
export interface Listening {
  /** Where peers reach it; the proxies of its links lead here. */
  readonly link: { readonly host: string; readonly port: number };
  /** Base address of its API, such as http://127.0.0.1:4001. */
  readonly endpoint: string;
}

/** Bytes `start` to `end` (excluded) of a log: the least that is written at once. */
export interface LogRecord {
  readonly start: number;
  readonly end: number;
}

/** A node in the framework's own process, over simulated ports. What is asked of it has a form of the target's own. */
export interface InProcessNode {
  /** Hands it a client's question in a turn of its own, and calls `answer` at most once. */
  ask(question: unknown, answer: (answer: unknown) => void): void;
  observe(node: ClusterNode): Observation;
  stop(): void;
}

/** The same client as over the real API, on another wire. */
export interface InProcessClientRequest {
  readonly name: string;
  readonly first: number;
  readonly nodes: number;
  readonly clock: RunClock;
  /** Checks what the simulated nodes' group signs. */
  readonly verifier: Verifier;
  /**
   * Asks node `index` over a simulated connection. Rejects with ConnectionLost when the node is down or dies meanwhile;
   * stays open for as long as it is paused, or silent.
   */
  ask(index: number, question: unknown): Promise<unknown>;
}

/** `delivered`: whether the question may have reached the node before the connection was lost. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly delivered: boolean;

  constructor(node: string, delivered: boolean) {
    super(delivered ? `the connection to ${node} was lost` : `${node} is not reached`);
    this.delivered = delivered;
  }
}
