import type { Cluster, HostReading } from '../cluster/cluster.ts';

/** Keeps the worst of a host's readings: each reading starts the count of the next one anew. */
export class HostWatch {
  readonly #cluster: Pick<Cluster, 'host'>;
  #worstMs = 0;
  #last: HostReading | undefined;

  constructor(cluster: Pick<Cluster, 'host'>) {
    this.#cluster = cluster;
  }

  /** Reads once; returns the longest starvation since the run began, in milliseconds. */
  async read(): Promise<number> {
    const reading = await this.#cluster.host();
    this.#worstMs = Math.max(this.#worstMs, reading.starvedMs);
    this.#last = reading;
    return this.#worstMs;
  }

  get reading(): HostReading | undefined {
    return this.#last === undefined ? undefined : { ...this.#last, starvedMs: this.#worstMs };
  }
}
