import type {
  Client,
  ClusterNode,
  HistoryRecorder,
  Outcome,
  PlannedOperation,
  ProcessState,
  RunClock,
} from '@qflow/chaos';
import type { Json } from '@qflow/checkers';
import type { Flaws } from './flaws.ts';

/** How long the others take to replace a leader that is down, and a started node to catch up. Milliseconds. */
export const FAILOVER_MS = 300;
const CATCH_UP_MS = 200;
const LATENCY_MS = 4;

export interface FakeNode extends ClusterNode {
  state: ProcessState;
  incarnation: number;
  height: number;
  catchesUpAtMs: number;
  bytes: number;
  damage: 'none' | 'torn' | 'flipped';
}

/** A register service in memory that keeps every promise, unless a flaw says otherwise: one store, a leader, a quorum. */
export class FakeSystem {
  readonly nodes: readonly FakeNode[];
  readonly #clock: RunClock;
  readonly #history: HistoryRecorder;
  readonly #flaws: Flaws;
  readonly #store = new Map<string, Json>();
  #leader = 0;
  #failoverAtMs: number | null = null;
  #height = 0;

  constructor(size: number, clock: RunClock, history: HistoryRecorder, flaws: Flaws) {
    this.#clock = clock;
    this.#history = history;
    this.#flaws = flaws;
    this.nodes = Array.from({ length: size }, (_, index) => ({
      name: `n${index + 1}`,
      index,
      state: 'running' as const,
      incarnation: 1,
      height: 0,
      catchesUpAtMs: 0,
      bytes: 100,
      damage: 'none' as const,
    }));
  }

  get leader(): FakeNode {
    return this.nodes[this.#leader]!;
  }

  /** To be called after each change of a node's state. */
  changed(): void {
    if (this.leader.state !== 'running' && this.#failoverAtMs === null) {
      this.#failoverAtMs = this.#nowMs + FAILOVER_MS;
    }
    if (this.leader.state === 'running') this.#failoverAtMs = null;
  }

  started(node: FakeNode): void {
    node.catchesUpAtMs = this.#nowMs + CATCH_UP_MS;
    this.#emit(node, 'started', { height: node.height });
    this.changed();
  }

  heightOf(node: FakeNode): number {
    if (this.#flaws.neverCatchesUp && node.incarnation > 1) return node.height;
    if (node.state === 'running' && this.#nowMs >= node.catchesUpAtMs && node.height < this.#height) {
      if (node.incarnation > 1) this.#emit(node, 'catch-up', { from: node.height, to: this.#height });
      node.height = this.#height;
    }
    return node.height;
  }

  client(first: ClusterNode): Client {
    return {
      apply: (operation, withinMs) => this.#apply(first, operation, withinMs),
      close: () => undefined,
    };
  }

  async #apply(first: ClusterNode, operation: PlannedOperation, withinMs: number): Promise<Outcome> {
    const startMs = this.#nowMs;
    await this.#clock.sleep(LATENCY_MS);
    if (first.name === this.#flaws.deadNode) return { type: 'fail', error: 'refused' };
    while (!this.#serves()) {
      if (this.#nowMs - startMs >= withinMs) return { type: 'info', error: 'no answer in time' };
      await this.#clock.sleep(100);
    }
    return this.#commit(operation);
  }

  #serves(): boolean {
    const running = this.nodes.filter(({ state }) => state === 'running');
    if (running.length < this.nodes.length - Math.floor((this.nodes.length - 1) / 3)) return false;
    if (this.#failoverAtMs === null) return true;
    if (this.#flaws.neverFailsOver || this.#nowMs < this.#failoverAtMs) return false;

    const from = this.leader.name;
    this.#leader = running[0]!.index;
    this.#failoverAtMs = null;
    for (const node of running) this.#emit(node, 'view-change', { from, to: this.leader.name, why: 'timeout' });
    return true;
  }

  #commit({ f, key = '', value }: PlannedOperation): Outcome {
    const before = this.#store.get(key) ?? null;
    this.#height += 1;
    for (const node of this.nodes) {
      if (node.state !== 'running' || this.heightOf(node) < this.#height - 1) continue;
      node.height = this.#height;
      this.#emit(node, 'vote', { kind: 'finalize', view: this.#height, digest: `d${this.#height}` });
      this.#emit(node, 'finalized', { height: this.#height, view: this.#height, digest: `d${this.#height}` });
    }
    if (f === 'read') return { type: 'ok', value: before };
    if (f === 'cas') {
      const [expected, next] = value as readonly Json[];
      if (expected !== before) return { type: 'fail', error: 'mismatch' };
      this.#store.set(key, next!);
      return { type: 'ok', value };
    }
    const isLost = this.#flaws.losesWrites === true && this.nodes.some(({ state }) => state === 'gone');
    if (!isLost) this.#store.set(key, value);
    return { type: 'ok', value };
  }

  #emit(node: FakeNode, event: string, value: Json): void {
    this.#history.nodeEvent({ node: node.name, event, value, honest: true, time: this.#clock.nowNs() });
  }

  get #nowMs(): number {
    return this.#clock.nowNs() / 1e6;
  }
}
