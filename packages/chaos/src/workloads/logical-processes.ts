import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import { messageOf } from '../run/bounded.ts';
import type { Client, Outcome, PlannedOperation } from './client.ts';

/** A client with a number: it has at most one operation open, and is retired by one whose outcome is unknown. */
interface LogicalProcess {
  readonly number: number;
  readonly node: ClusterNode;
  readonly client: Client;
}

/**
 * The logical clients of a run. Free ones are used in turn, so that every node is asked; a retired one is closed and its
 * number never used again.
 */
export class LogicalProcesses {
  readonly #cluster: Cluster;
  readonly #history: HistoryRecorder;
  readonly #free: LogicalProcess[] = [];
  readonly #open = new Set<LogicalProcess>();
  #numbered = 0;

  constructor(cluster: Cluster, history: HistoryRecorder) {
    this.#cluster = cluster;
    this.#history = history;
    for (const node of cluster.nodes) this.#free.push(this.#make(node));
  }

  get openOperations(): number {
    return this.#open.size;
  }

  /** Asks whichever client is free. `dueNs`: when the schedule wanted it. */
  async apply(operation: PlannedOperation, timeoutMs: number, dueNs?: number): Promise<Outcome> {
    const process = this.#free.shift() ?? this.#make(this.#nodeFor(this.#numbered));
    return this.#ask(process, operation, timeoutMs, dueNs);
  }

  /** Asks one node, by a client of its own that serves once. */
  async applyAt(node: ClusterNode, operation: PlannedOperation, timeoutMs: number): Promise<Outcome> {
    const process = this.#make(node);
    try {
      return await this.#ask(process, operation, timeoutMs);
    } finally {
      const place = this.#free.indexOf(process);
      if (place >= 0) this.#free.splice(place, 1);
      process.client.close();
    }
  }

  /** Writes an operation down that fell due and was never sent: it surely did not happen. */
  shed({ f, key, value }: PlannedOperation, dueNs: number): void {
    const process = this.#numbered++;
    const asked = { process, f, ...(key === undefined ? {} : { key }), value };
    this.#history.operation({ ...asked, type: 'invoke', due: dueNs });
    this.#history.operation({ ...asked, type: 'fail', error: 'shed: too many operations are open' });
  }

  close(): void {
    for (const { client } of [...this.#free.splice(0), ...this.#open]) client.close();
  }

  async #ask(
    process: LogicalProcess,
    { f, key, value }: PlannedOperation,
    timeoutMs: number,
    dueNs?: number,
  ): Promise<Outcome> {
    const asked = { process: process.number, f, ...(key === undefined ? {} : { key }) };
    const due = dueNs === undefined ? {} : { due: dueNs };
    this.#history.operation({ ...asked, type: 'invoke', value, node: process.node.name, ...due });
    this.#open.add(process);

    // A client promises not to throw; one that does has told nobody what became of the operation.
    const outcome = await process.client
      .apply({ f, ...(key === undefined ? {} : { key }), value }, timeoutMs)
      .catch((thrown): Outcome => ({ type: 'info', error: messageOf(thrown) }));

    this.#open.delete(process);
    this.#history.operation({
      ...asked,
      type: outcome.type,
      value: outcome.type === 'ok' ? outcome.value : value,
      node: outcome.node ?? process.node.name,
      ...(outcome.type === 'ok' ? {} : { error: outcome.error }),
    });
    if (outcome.type === 'info') process.client.close();
    else this.#free.push(process);
    return outcome;
  }

  #make(node: ClusterNode): LogicalProcess {
    return { number: this.#numbered++, node, client: this.#cluster.client(node) };
  }

  #nodeFor(number: number): ClusterNode {
    return this.#cluster.nodes[number % this.#cluster.nodes.length]!;
  }
}
