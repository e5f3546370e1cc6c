import { Worker } from 'node:worker_threads';
import type { AttestableOutcome, StepOrder, Unfinished } from '@qflow/ports';
import type { WorkerAnswer, WorkerOrder, WorkerStart } from './worker-message.ts';

export type StepAnswer = (outcome: AttestableOutcome | Unfinished) => void;

export interface SlotEvents {
  /** The worker waits for work. */
  onIdle(): void;

  /** The worker is gone, and so is what it ran. `wasReady`: it had come so far that it could run steps. */
  onLost(reason: string, wasReady: boolean): void;
}

/**
 * One place for a worker thread, and the watchdog over it. JavaScript's heap is bounded by the thread's own limits, the
 * linear memories by the sandbox; the larger stack keeps the machine's stack out of the way of the sandbox's count.
 */
export class WorkerSlot {
  state: 'empty' | 'starting' | 'idle' | 'busy' | 'ending' = 'empty';
  private worker: Worker | undefined;
  private answer: StepAnswer | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private readonly file: string | URL;
  private readonly start: WorkerStart;
  private readonly events: SlotEvents;

  constructor(file: string | URL, start: WorkerStart, events: SlotEvents) {
    this.file = file;
    this.start = start;
    this.events = events;
  }

  open(): void {
    this.state = 'starting';
    const worker = new Worker(this.file, {
      workerData: this.start,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    let reason = 'the worker thread ended by itself';
    let wasReady = false;

    worker.on('message', (message: WorkerAnswer) => {
      if (worker !== this.worker || this.state === 'ending') {
        return;
      }
      this.state = 'idle';
      wasReady = true;
      if (message.kind === 'outcome') {
        this.settle(message.outcome);
      }
      this.events.onIdle();
    });
    worker.on('error', (error) => {
      reason = `the worker thread failed: ${error.message}`;
    });
    worker.on('exit', () => {
      if (this.state === 'ending') {
        reason = 'the worker thread was ended';
      }
      this.state = 'empty';
      this.worker = undefined;
      this.settle({ outcome: 'host-error', message: reason });
      this.events.onLost(reason, wasReady);
    });
    this.worker = worker;
  }

  /** Only when idle. Answers once: with the step's outcome, or with what ended it. */
  run({ run, deadlineMs }: StepOrder, answer: StepAnswer): void {
    this.state = 'busy';
    this.answer = answer;
    // Steps are counted by fuel; the watchdog is for what the count did not foresee, so it leaves room.
    this.watchdog = setTimeout(() => this.end(deadlineMs), 2 * deadlineMs);
    const order: WorkerOrder = { run };
    this.worker?.postMessage(order);
  }

  async close(): Promise<void> {
    this.state = 'ending';
    await this.worker?.terminate();
  }

  private end(deadlineMs: number): void {
    this.state = 'ending';
    this.settle({
      outcome: 'deadline',
      message: `the step was ended after ${2 * deadlineMs} ms, twice the time that it was given`,
    });
    void this.worker?.terminate();
  }

  private settle(outcome: AttestableOutcome | Unfinished): void {
    clearTimeout(this.watchdog);
    const answer = this.answer;
    this.answer = undefined;
    answer?.(outcome);
  }
}
