import type { Ports } from '@qflow/ports';
import type { EngineConfiguration } from './configuration.ts';
import type { Answer } from './ledger/answer.ts';
import type { Request } from './ledger/request.ts';
import type { Rules } from './rules.ts';

/** A running validator, as its host sees it. */
export interface Node {
  /**
   * Orders a request through consensus and calls `answer` at most once, in a later turn or this one.
   * A request already answered is answered again from the table. `withdraw` ends the wait, not the request.
   */
  submit(request: Request, answer: (answer: Answer) => void): { withdraw(): void };

  status(): NodeStatus;

  /** Stops timers and closes the network and the logs. Nothing is emitted or answered afterwards. */
  stop(): void;
}

export interface NodeStatus {
  readonly view: number;
  readonly finalized: {
    readonly view: number;
    readonly height: number;
    readonly digest: string;
    readonly stateRoot: string;
  };
  /** The proposer of the view in progress. */
  readonly leader: number;
  readonly connected: readonly number[];
  readonly pendingRequests: number;
  /** `observing`: its vote log was lost, so it signs nothing until it is safe to. `failing`: its disk refuses writes, or it has halted. */
  readonly condition: 'voting' | 'observing' | 'failing';
}

/**
 * What a node emits on its trace, each before the message that depends on it leaves. Digests are lower-case hex.
 *
 * | event | value |
 * |---|---|
 * | `started` | `{view, height, condition}` |
 * | `view-entered` | `{view, leader, why: 'notarized' \| 'nullified' \| 'synced' \| 'started'}` |
 * | `proposed` | `{view, height, digest, requests}`: stored, not yet sent. `proposal-half-sent`: sent to half of the peers |
 * | `vote` | `{kind, view, digest}`: stored, not yet sent |
 * | `certificate` | `{kind, view, digest}`: first seen, whether combined here or received |
 * | `finalized` | `{height, view, digest, stateRoot, proposer}`: one for each block, in order of height |
 * | `view-change` | `{view, from, to, why: 'timeout' \| 'suspicion'}` |
 * | `peer-connected`, `peer-disconnected` | `{peer}` |
 * | `leader-skipped`, `leader-returned` | `{leader, view}` |
 * | `evidence` | `{kind, view, accused, digests}` |
 * | `bad-message` | `{from, reason}` |
 * | `catch-up` | `{from, to, peer}` |
 * | `observing`, `voting` | `{untilView}`, `{view}` |
 * | `storage-failed` | `{code}` |
 * | `halted` | `{reason}`: proof that more than f validators are faulty, so this node has stopped for good |
 *
 * @throws StorageCorrupt when a log is damaged in its middle
 */
export type CreateNode = (ports: Ports, configuration: EngineConfiguration, rules?: Rules) => Node;
