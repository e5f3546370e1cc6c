import type { Json, NodeIndex } from '@qflow/ports';
import type { Certificate } from './certificate.ts';
import type { HeldBlock } from './chain.ts';
import type { Message, Propose } from './messages.ts';
import type { LogRecord } from './vote-log.ts';

/** `view`: patience with the leader. `resend`: what is not final is said again. `block`: the next proposal is due. */
export type TimerName = 'view' | 'resend' | 'block';

/** What happens to a node's consensus. */
export type Input =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: NodeIndex; readonly message: Message }
  | { readonly type: 'timer'; readonly timer: TimerName }
  | { readonly type: 'connected'; readonly peer: NodeIndex }
  | { readonly type: 'disconnected'; readonly peer: NodeIndex }
  | { readonly type: 'submit'; readonly request: Uint8Array };

/**
 * What a step wants done, as plain data. The driver does all `persist` first, syncs once, then the traces, then the
 * rest in this order: nothing leaves a node before what it depends on is durable.
 */
export type Effect<State> =
  | { readonly type: 'persist'; readonly record: LogRecord }
  | { readonly type: 'trace'; readonly event: string; readonly value: Json }
  | { readonly type: 'send'; readonly to: NodeIndex; readonly message: Message }
  | { readonly type: 'broadcast'; readonly message: Message }
  /** To half of the peers, then a trace, then to the others: experiments stop a leader in between. */
  | { readonly type: 'broadcast-proposal'; readonly message: Propose }
  /** Replaces the timer of that name. */
  | { readonly type: 'set-timer'; readonly timer: TimerName; readonly delayMs: number }
  | { readonly type: 'cancel-timer'; readonly timer: TimerName }
  /** These blocks, in order of height, are final: the certificate names the last. */
  | { readonly type: 'finalized'; readonly blocks: readonly HeldBlock<State>[]; readonly certificate: Certificate }
  /** A proof that more than f validators are faulty: the node has stopped for good. */
  | { readonly type: 'halt'; readonly reason: string };
