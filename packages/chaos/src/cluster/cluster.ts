import type { Random } from '@qflow/ports';
import type { ResidueFinding } from '../safety/residue.ts';
import type { Undo } from '../safety/undo.ts';
import type { Client } from '../workloads/client.ts';
import type { DiskControl, ProcessControl, TraceControl } from './controls.ts';
import type { ClusterNode } from './node.ts';

export type { ClusterNode } from './node.ts';

/** What a node says of itself when asked, or that it did not answer. Fields that the target does not know are absent. */
export interface Observation {
  readonly node: ClusterNode;
  readonly answered: boolean;
  /** Name of the node that leads, in this node's opinion. */
  readonly leader?: string;
  /** Length of what it has finalised. */
  readonly height?: number;
  /** Names of the peers that it has a live link to. */
  readonly connected?: readonly string[];
  readonly condition?: string;
}

/** Time as the run sees it: real in processes, virtual in simulation. The orchestrator knows no other. */
export interface RunClock {
  /** Nanoseconds, monotonic, the `time` of the history. */
  nowNs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason when aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/**
 * A running cluster. The optional members are controls: what an environment can do to it.
 * A control writes its deed into the history itself (phase `invoked`): the record is of deeds, not of claims.
 */
export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  /** How many faulty nodes the system promises to survive. */
  readonly tolerance: number;
  readonly clock: RunClock;
  readonly random: Random;

  readonly processes?: ProcessControl;
  readonly disks?: DiskControl;
  readonly trace?: TraceControl;

  /** A client that asks `node` first. Each has a name of its own, so that its requests are its own. */
  client(node: ClusterNode): Client;

  /** Asks every node for its state, in parallel; a node that does not answer within `withinMs` has `answered: false`. */
  observe(withinMs: number): Promise<readonly Observation[]>;

  /** Undoes one thing. Idempotent, keyed on what `undo` captured; resolves once it is verified. Throws what prevents it. */
  undo(undo: Undo): Promise<void>;

  /** What of this run's harm is still there: stopped processes, armed stops, proxies with rules. Empty when clean. */
  residue(): Promise<readonly ResidueFinding[]>;

  /** Why nobody would undo the harm if this framework were lost now, or null; absent where nothing outlives it. */
  uncared?(): string | null;

  /** Figures of the host or world, for starvation checks and the report. */
  host(): Promise<HostReading>;

  /** Digest over everything that happened, where the same seed gives the same; absent where runs do not replay. */
  fingerprint?(): string;

  /** Ends every process, closes every socket, collects the last node events into the history. Idempotent. */
  stop(): Promise<void>;
}

export interface HostReading {
  readonly cores: number;
  readonly kernel: string;
  /** One-minute load average; 0 in simulation. */
  readonly load: number;
  /** Longest time that the independent scheduling probe was kept waiting since the last reading, in milliseconds. */
  readonly starvedMs: number;
  /** Cores that programs other than the run's own kept busy lately; absent where nobody can tell. */
  readonly othersBusyCores?: number;
}
