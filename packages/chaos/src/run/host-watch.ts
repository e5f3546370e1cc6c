import type { Cluster, HostReading } from '../cluster/cluster.ts';

/** The scheduling probe waited longer than this: what took too long may have been the host's doing. */
const STARVED_MS = 500;
/** So many processes want to run for each core that every one of them gets a fraction of it. */
const STARVED_LOAD = 4;
/** Other programs keep this share of the cores busy, so what the system needed may not have been there. */
const STARVED_BY_OTHERS = 0.5;

/** Keeps the worst of a host's readings: each reading starts the count of the next one anew. */
export class HostWatch {
  readonly #cluster: Pick<Cluster, 'host'>;
  #worst: HostReading | undefined;

  constructor(cluster: Pick<Cluster, 'host'>) {
    this.#cluster = cluster;
  }

  /** Reads once; returns the longest starvation since the run began, in milliseconds. */
  async read(): Promise<number> {
    const reading = await this.#cluster.host();
    const starvedMs = Math.max(this.#worst?.starvedMs ?? 0, reading.starvedMs);
    const load = Math.max(this.#worst?.load ?? 0, reading.load);
    const othersBusyCores = Math.max(this.#worst?.othersBusyCores ?? 0, reading.othersBusyCores ?? 0);
    this.#worst = {
      ...reading,
      starvedMs,
      load,
      ...(reading.othersBusyCores === undefined ? {} : { othersBusyCores }),
    };
    return starvedMs;
  }

  /** The worst of all readings, or undefined before the first. */
  get reading(): HostReading | undefined {
    return this.#worst;
  }

  /** Why times that were measured say nothing about the system, or null when they do. */
  starvation(): string | null {
    if (this.#worst === undefined) return null;
    const { starvedMs, load, cores, othersBusyCores = 0 } = this.#worst;
    if (starvedMs > STARVED_MS) return `${Math.round(starvedMs)} ms without running`;
    if (load > STARVED_LOAD * cores) return `a load of ${load.toFixed(1)} on ${cores} cores`;
    if (othersBusyCores > STARVED_BY_OTHERS * cores) {
      return `other programs that kept ${othersBusyCores.toFixed(1)} of ${cores} cores busy`;
    }
    return null;
  }
}
