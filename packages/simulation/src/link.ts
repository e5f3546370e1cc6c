import type { Random } from '@qflow/ports';

/** What one direction of a link does to messages. Rates are from 0 to 1. */
export interface LinkRule {
  readonly delayMs: number;
  /** Up to so much more, evenly spread. */
  readonly jitterMs: number;
  readonly loss: number;
  /** Share of messages that arrive a second time, up to `delayMs + jitterMs` after the first. */
  readonly duplicate: number;
  /** Share of messages that may be overtaken, being up to `delayMs + jitterMs` later than they would be. */
  readonly reorder: number;
}

export const healthyLink: LinkRule = { delayMs: 0.5, jitterMs: 0.5, loss: 0, duplicate: 0, reorder: 0 };

/** What the transport itself needs to notice and mend things. */
export interface TransportTiming {
  /** From the moment a direction goes silent until both ends judge the link dead. Each end draws up to a quarter more. */
  readonly silenceDetectedMs: number;
  /** From a peer's death, or its closing, until the other end's socket says so. */
  readonly closeNoticedMs: number;
  /** From the moment two nodes can reach each other until their link is up. Each time, up to as much again is drawn. */
  readonly dialMs: number;
  /** Bytes that one direction holds while it is cut; what is sent beyond them is dropped. */
  readonly queueBytes: number;
}

export const usualTransport: TransportTiming = {
  silenceDetectedMs: 1_000,
  closeNoticedMs: 5,
  dialMs: 20,
  queueBytes: 1024 * 1024,
};

/** One direction of a link between two nodes. */
export interface Direction {
  rule: LinkRule;
  /** Null when it is whole. */
  cutSinceMs: number | null;
  /** Sent while it was cut: bytes wait for the heal, as TCP's do. */
  held: { readonly connection: number; readonly message: Uint8Array }[];
  heldBytes: number;
  /** The latest moment of an arrival so far: what is sent later arrives later, unless the rule lets it overtake. */
  lastArrivalMs: number;
  readonly random: Random;
}

/** @throws RangeError that names the value which no link can have. */
export function checkRule(rule: LinkRule): LinkRule {
  for (const name of ['delayMs', 'jitterMs'] as const) {
    if (!(rule[name] >= 0 && Number.isFinite(rule[name]))) {
      throw new RangeError(`A link's ${name} has to be 0 or more, not ${rule[name]}.`);
    }
  }
  for (const name of ['loss', 'duplicate', 'reorder'] as const) {
    if (!(rule[name] >= 0 && rule[name] <= 1)) {
      throw new RangeError(`A link's ${name} has to be from 0 to 1, not ${rule[name]}.`);
    }
  }
  return rule;
}
