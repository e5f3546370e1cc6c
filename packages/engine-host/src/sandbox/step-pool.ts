import type { StepOrder, StepRunner, Trace } from '@qflow/ports';
import { type StepAnswer, WorkerSlot } from './worker-slot.ts';

export interface StepPoolSettings {
  /** The built `worker.ts`: its path depends on how the product is bundled, so the caller says it. */
  readonly workerFile: string | URL;

  /** QuickJS as `meterEngine` of @qflow/sandbox made it. */
  readonly meteredEngine: Uint8Array;

  /** Worker threads, and so steps at one time. */
  readonly workers: number;

  /** Steps of one owner at one time: less than `workers`, so that one owner never holds all of them. */
  readonly runningPerOwner: number;

  readonly waitingPerOwner: number;

  /** Steps of all owners that wait. One more is answered with `busy`. */
  readonly waiting: number;

  readonly trace: Trace;
}

export interface StepPool extends StepRunner, AsyncDisposable {
  /** Starts the threads ahead of the first step. */
  warm(): void;

  /** Ends every thread. Steps under way and waiting are answered with a host error, and so are later ones. */
  close(): Promise<void>;
}

interface Waiting {
  readonly order: StepOrder;
  readonly answer: StepAnswer;
}

/**
 * Runs steps in worker threads. A bulkhead keeps the owners apart, a bounded queue answers `busy` where waiting longer
 * would help nobody, and a thread that overruns twice its deadline is ended and replaced.
 * Events: `step-shed`, `step-ended`, `step-worker-lost`.
 */
export function createStepPool(settings: StepPoolSettings): StepPool {
  const { trace } = settings;
  const waiting: Waiting[] = [];
  const running = new Map<string, number>();
  let closed = false;

  const slots = Array.from(
    { length: settings.workers },
    (): WorkerSlot =>
      new WorkerSlot(
        settings.workerFile,
        { meteredEngine: settings.meteredEngine },
        {
          onIdle: dispatch,
          onLost(reason, wasReady) {
            if (closed) {
              return;
            }
            trace.emit('step-worker-lost', { reason });
            if (!wasReady) {
              giveUpWithoutWorkers(reason);
            }
            openSlots();
          },
        },
      ),
  );

  /** A thread that cannot even start would be replaced for ever: when none is left, whoever waits is told. */
  function giveUpWithoutWorkers(reason: string): void {
    if (slots.every(({ state }) => state === 'empty')) {
      for (const { answer } of waiting.splice(0)) {
        answer({ outcome: 'host-error', message: reason });
      }
    }
  }

  /** One thread for each step that no thread is there for. */
  function openSlots(steps = waiting.length): void {
    const ready = slots.filter(({ state }) => state === 'idle' || state === 'starting').length;
    for (const slot of slots.filter(({ state }) => state === 'empty').slice(0, Math.max(0, steps - ready))) {
      slot.open();
    }
  }

  const runningOf = (owner: string): number => running.get(owner) ?? 0;

  /** Gives idle workers the longest waiting steps whose owners may run one more. */
  function dispatch(): void {
    for (const slot of slots) {
      if (slot.state !== 'idle') {
        continue;
      }
      const at = waiting.findIndex(({ order }) => runningOf(order.owner) < settings.runningPerOwner);
      const [next] = at < 0 ? [] : waiting.splice(at, 1);
      if (next === undefined) {
        return;
      }
      const { owner } = next.order;
      running.set(owner, runningOf(owner) + 1);
      slot.run(next.order, (outcome) => {
        const left = runningOf(owner) - 1;
        left === 0 ? running.delete(owner) : running.set(owner, left);
        if (outcome.outcome === 'deadline' || outcome.outcome === 'host-error') {
          const { execution, step } = next.order.run;
          trace.emit('step-ended', { execution, step, owner, reason: outcome.message });
        }
        next.answer(outcome);
      });
    }
  }

  function refusal({ owner }: StepOrder): string | undefined {
    const own = waiting.filter(({ order }) => order.owner === owner).length;
    if (waiting.length >= settings.waiting) {
      return `${waiting.length} steps wait already`;
    }
    return own >= settings.waitingPerOwner ? `${own} steps of ${owner} wait already` : undefined;
  }

  const later = (answer: StepAnswer, outcome: Parameters<StepAnswer>[0]): void => {
    setImmediate(() => answer(outcome));
  };

  const pool: StepPool = {
    submit(order, answer) {
      if (closed) {
        later(answer, { outcome: 'host-error', message: 'the node is stopping' });
        return;
      }
      const reason = refusal(order);
      if (reason !== undefined) {
        trace.emit('step-shed', { owner: order.owner, reason });
        later(answer, { outcome: 'busy', message: `the step was not started: ${reason}` });
        return;
      }
      waiting.push({ order, answer });
      openSlots();
      setImmediate(dispatch);
    },

    warm() {
      openSlots(closed ? 0 : slots.length);
    },

    async close() {
      closed = true;
      for (const { answer } of waiting.splice(0)) {
        answer({ outcome: 'host-error', message: 'the node is stopping' });
      }
      await Promise.all(slots.map((slot) => slot.close()));
    },

    [Symbol.asyncDispose]: () => pool.close(),
  };
  return pool;
}
