import type { ClusterNode } from './node.ts';

// A control writes each of its deeds into the history, phase `invoked`: `f` is the name of the capability that it uses
// (`processes.kill`, `processes.restart` for `start`, `disks.wipe`, `trace.arm`, …), `value` is `{node, …}`.

/** A process that no other can be mistaken for: pids are used again, start times within one boot are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the kernel counts it (field 22 of /proc/PID/stat); a counter in simulation. */
  readonly startTime: string;
  readonly bootId: string;
}

/** As the kernel (or the simulated world) sees it, never as the node says. */
export type ProcessState = 'running' | 'paused' | 'gone';

export interface ProcessControl {
  identityOf(node: ClusterNode): ProcessIdentity;
  state(node: ClusterNode): Promise<ProcessState>;

  /** SIGKILL. Resolves when the process is gone. */
  kill(node: ClusterNode): Promise<void>;

  /** SIGTERM. Resolves when the process is gone, with its exit code and how long it took. */
  terminate(node: ClusterNode): Promise<{ readonly exitCode: number | null; readonly tookMs: number }>;

  /** SIGSTOP: sockets stay open. Resolves when the kernel says stopped. */
  pause(node: ClusterNode): Promise<void>;
  resume(node: ClusterNode): Promise<void>;

  /** Starts the node again over the disk that it left. Resolves when it listens; throws when it refuses to start. */
  start(node: ClusterNode): Promise<void>;
}

/** The disks of nodes that are not running. */
export interface DiskControl {
  wipe(node: ClusterNode): Promise<void>;
  /** Leaves half a record at the end of the node's log, as a crash in the middle of a write does. */
  tear(node: ClusterNode): Promise<void>;
  /** Flips one bit in the middle of the node's log, with sound records after it. */
  flip(node: ClusterNode): Promise<void>;
  /** How many bytes the node's disk holds, as the file system says: the proof of what the others did. */
  usedBytes(node: ClusterNode): Promise<number>;
}

/** Exact moments: a node is told to stop its own process at one of its events. */
export interface TraceControl {
  /** From now on, the `nth` such event stops the process. Resolves once the node has confirmed. */
  arm(node: ClusterNode, stop: ArmedStop): Promise<void>;
  disarm(node: ClusterNode): Promise<void>;
}

export interface ArmedStop {
  readonly event: string;
  readonly nth: number;
  /** Only events whose value has these fields count. */
  readonly where?: Readonly<Record<string, string | number | boolean>>;
}
