import type { Client, Outcome, PlannedOperation } from '@qflow/chaos';
import type { Request } from '@qflow/engine';
import type { AnswerCheck } from './answer-check.ts';
import { NoSuchOperation, operationOf, outcomeOf } from './operations.ts';
import type { Reply, Wire } from './wire.ts';

/** What the clients of one cluster know together: how far its chain has come. */
interface LatestView {
  view: number;
}

interface ClientOptions {
  /** The client's own name, part of the identity of its requests. */
  readonly name: string;
  /** Index of the node that is asked first. */
  readonly first: number;
  readonly wire: Wire;
  /** Null takes nodes at their word. */
  readonly check: AnswerCheck | null;
  readonly latest: LatestView;
  onClose(): void;
}

/** Views that a request may wait for its place: seconds of a busy cluster, and far more than an operation waits. */
const expiryViews = 5_000;
/**
 * The next node is asked when one kept silent for this share of the operation's time; it may answer still. Not sooner:
 * asking twice loads a system that is slow already.
 */
const patienceShare = 0.5;
/** Why an asking is given up. No error: making one for each costs more than the asking. */
const givenUp = 'given up';
/** Between rounds in which every node refused. */
const pauseMs = 50;

/**
 * A client of Qflow's registers. It asks one node after another under one identity, so that the request takes effect
 * once, whoever takes it. An outcome is `fail` only when no node can have taken it, or its identity has expired.
 */
export function qflowClient(options: ClientOptions): Client {
  let sequence = 0;
  let isClosed = false;
  return {
    async apply(operation, withinMs) {
      try {
        const { name, latest } = options;
        const expiresAfterView = latest.view + expiryViews;
        const request = { client: name, sequence, expiresAfterView, operation: operationOf(operation) };
        sequence += 1;
        return await askAround(options, operation, request, withinMs);
      } catch (error) {
        if (error instanceof NoSuchOperation) {
          return { type: 'fail', error: error.message };
        }
        throw error;
      }
    },
    close() {
      if (!isClosed) {
        isClosed = true;
        options.onClose();
      }
    },
  };
}

function askAround(
  { first, wire, check, latest }: ClientOptions,
  operation: PlannedOperation,
  request: Request,
  withinMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    /** How to end everything that still waits: for an answer, or for the time to ask another node. */
    const endings = new Set<() => void>();
    /** Askings whose node may have taken the request. */
    let doubts = 0;
    let reason = 'no node was asked';
    let isOver = false;

    const end = (outcome: Outcome): void => {
      isOver = true;
      resolve(outcome);
      for (const ending of endings) {
        ending();
      }
    };

    const later = (delayMs: number, action: () => void): (() => void) => {
      const cancel = wire.after(delayMs, () => {
        endings.delete(cancel);
        action();
      });
      endings.add(cancel);
      return () => {
        endings.delete(cancel);
        cancel();
      };
    };

    const ask = (asking: number): void => {
      const node = (first + asking) % wire.nodes;
      const giving = new AbortController();
      const giveUp = (): void => giving.abort(givenUp);
      endings.add(giveUp);
      doubts += 1;
      let isPassedOn = false;
      const passOn = (): void => {
        isPassedOn = true;
        ask(asking + 1);
      };
      const impatience = later(withinMs * patienceShare, passOn);
      void wire.ask(node, request, giving.signal).then((reply) => {
        endings.delete(giveUp);
        if (isOver) {
          return;
        }
        const outcome = outcomeAfter(reply, node);
        if (outcome !== null) {
          end(outcome);
        } else if (!isPassedOn) {
          impatience();
          if ((asking + 1) % wire.nodes === 0) {
            later(pauseMs, passOn);
          } else {
            passOn();
          }
        }
      });
    };

    /** What the operation ends with after this reply, or null when another node is to be asked. */
    const outcomeAfter = (reply: Reply, node: number): Outcome | null => {
      const name = `n${node + 1}`;
      switch (reply.kind) {
        case 'answer': {
          const forgery = check?.(request, reply.result, reply.proof) ?? null;
          if (forgery !== null) {
            return { type: 'info', error: `forged answer of ${name}: ${forgery}`, node: name };
          }
          latest.view = Math.max(latest.view, reply.proof.headers.at(-1)?.view ?? 0);
          return outcomeOf(operation, reply.result, name);
        }
        case 'refused':
          doubts -= 1;
          reason = `${name}: ${reply.reason}`;
          return reply.forGood ? { type: 'fail', error: reply.reason, node: name } : null;
        case 'unknown':
          reason = `${name}: ${reply.reason}`;
          return null;
      }
    };

    later(withinMs, () => {
      end({ type: doubts > 0 ? 'info' : 'fail', error: `no answer within ${withinMs} ms; ${reason}` });
    });
    ask(0);
  });
}
