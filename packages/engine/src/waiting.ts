import { nameOf } from './answer-book.ts';
import type { Answer } from './ledger/answer.ts';
import type { Request } from './ledger/request.ts';

interface Waiter {
  readonly expiresAfterView: number;
  readonly answer: (answer: Answer) => void;
}

/** Those who wait for an answer at this node, by the name of the request. */
export class Waiting {
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** No one who waits expires before this view is over. */
  #soonest = Number.POSITIVE_INFINITY;

  /** Gives back how to stop waiting. */
  add(request: Request, answer: (answer: Answer) => void): () => void {
    const name = nameOf(request);
    const { expiresAfterView } = request;
    const waiter: Waiter = { expiresAfterView, answer };
    const waiters = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, waiters.add(waiter));
    this.#soonest = Math.min(this.#soonest, expiresAfterView);
    return () => {
      waiters.delete(waiter);
      if (waiters.size === 0 && this.#waiters.get(name) === waiters) {
        this.#waiters.delete(name);
      }
    };
  }

  /** Answers all who wait for this name. */
  settle(name: string, find: () => Answer | null): void {
    const waiters = this.#waiters.get(name);
    const answer = waiters === undefined ? null : find();
    if (waiters !== undefined && answer !== null) {
      this.#waiters.delete(name);
      for (const waiter of waiters) {
        waiter.answer(answer);
      }
    }
  }

  /** The chain is final up to this view: what it does not hold and had to be in it by now surely did not happen. */
  expire(finalView: number): void {
    if (finalView < this.#soonest) {
      return;
    }
    this.#soonest = Number.POSITIVE_INFINITY;
    for (const [name, waiters] of this.#waiters) {
      for (const waiter of waiters) {
        if (waiter.expiresAfterView <= finalView) {
          waiters.delete(waiter);
          waiter.answer({ outcome: 'fail', reason: 'expired' });
        } else {
          this.#soonest = Math.min(this.#soonest, waiter.expiresAfterView);
        }
      }
      if (waiters.size === 0) {
        this.#waiters.delete(name);
      }
    }
  }

  clear(): void {
    this.#waiters.clear();
  }
}
