import type { Ports } from '@qflow/ports';
import { createWorld, type LinkRule, type Traced, type UnsyncedFate, type World } from '@qflow/simulation';
import { defaultLimits, type EngineConfiguration, type Timing } from '../../configuration.ts';
import { soundRules } from '../../rules.ts';
import { createDriver, type Driver } from '../driver.ts';
import { initializeLog } from '../vote-log.ts';
import { type Count, countingApplication } from './counting-application.ts';

export interface SmallClusterSettings {
  readonly seed?: number;
  readonly nodes: number;
  readonly link?: Partial<LinkRule>;
  readonly timing?: Partial<Timing>;
  readonly requestsPerBlock?: number;
  /** Stands between a node and its world. */
  readonly wrap?: (index: number, ports: Ports) => Ports;
}

/** Consensus alone, over the counting application, in a simulated world. */
export class SmallCluster {
  readonly world: World;
  readonly traced: Traced[] = [];
  readonly #settings: SmallClusterSettings;
  readonly #drivers: (Driver<Count> | undefined)[] = [];
  #requests = 0;

  constructor(settings: SmallClusterSettings) {
    this.#settings = settings;
    const { seed = 1, nodes, link = {} } = settings;
    this.world = createWorld({ seed, nodes, link, transport: { silenceDetectedMs: 300 } });
    this.world.onTrace((event) => {
      this.traced.push(event);
    });
  }

  configuration(self: number): EngineConfiguration {
    const { nodes, timing, requestsPerBlock = 10 } = this.#settings;
    return {
      cluster: 'small',
      epoch: 1,
      validators: nodes,
      self,
      timing: { viewTimeoutMs: 200, greatestViewTimeoutMs: 1_600, blockIntervalMs: 10, resendMs: 80, ...timing },
      limits: { ...defaultLimits, requestsPerBlock },
    };
  }

  /** Starts these nodes for the first time, all by default. */
  start(indices: readonly number[] = this.indices()): this {
    for (const index of indices) {
      const ports = this.world.node(index);
      initializeLog(ports.storage, this.configuration(index), ports.crypto);
      this.#run(index, ports);
    }
    return this;
  }

  crash(index: number, unsynced: UnsyncedFate = 'lost'): void {
    this.world.crash(index, { unsynced });
  }

  restart(index: number): void {
    this.#run(index, this.world.restart(index));
  }

  driver(index: number): Driver<Count> {
    const driver = this.#drivers[index];
    if (driver === undefined) {
      throw new Error(`Node ${index} was not started.`);
    }
    return driver;
  }

  /** Submits a request that no other one equals. */
  submit(index: number): void {
    this.#requests += 1;
    this.driver(index).submit(new TextEncoder().encode(`request ${this.#requests}`));
  }

  /** How many requests are final at a node. */
  total(index: number): number {
    return this.driver(index).core.head.executed?.state.total ?? 0;
  }

  /** Lets time pass until every living node has so many requests final; false when it takes longer. */
  reaches(total: number, withinMs = 10_000, indices: readonly number[] = this.living()): boolean {
    const untilMs = this.world.clock.monotonicMs() + withinMs;
    const until = (): boolean => indices.every((index) => this.total(index) === total);
    return this.world.run({ untilMs, until }) === 'condition';
  }

  /** Submits requests one after the other, each once the one before is final at the node. */
  finalizes(count: number, index: number, withinMs = 10_000): boolean {
    for (let done = 0; done < count; done += 1) {
      const total = this.total(index);
      this.submit(index);
      if (!this.reaches(total + 1, withinMs, [index])) {
        return false;
      }
    }
    return true;
  }

  wait(ms: number): void {
    this.world.run({ untilMs: this.world.clock.monotonicMs() + ms });
  }

  /** Whether nothing happens any more once all is done: no timer, no message. */
  fallsSilent(withinMs = 60_000): boolean {
    const untilMs = this.world.clock.monotonicMs() + withinMs;
    return this.world.run({ until: () => this.world.clock.monotonicMs() > untilMs }) === 'idle';
  }

  indices(): readonly number[] {
    return Array.from({ length: this.#settings.nodes }, (_, index) => index);
  }

  living(): readonly number[] {
    return this.indices().filter((index) => this.#drivers[index] !== undefined && this.world.isAlive(index));
  }

  of(event: string): readonly Traced[] {
    return this.traced.filter((traced) => traced.event === event);
  }

  #run(index: number, world: Ports): void {
    const ports = this.#settings.wrap?.(index, world) ?? world;
    const driver = createDriver<Count>({
      ports,
      configuration: this.configuration(index),
      application: countingApplication(ports.crypto.hash),
      rules: soundRules.consensus,
      onFinalized() {},
      onFailed() {},
    });
    this.#drivers[index] = driver;
    driver.start();
  }
}

/** Votes of one node that no honest node casts together, in words; empty when there are none. */
export function contradictions(votes: readonly Traced[]): readonly string[] {
  const found: string[] = [];
  const cast = new Map<string, string>();
  for (const { node, value } of votes) {
    const { kind, view, digest } = value as { kind: string; view: number; digest: string };
    const place = `n${node} view ${view}`;
    const earlier = cast.get(`${place} ${kind}`);
    if (earlier !== undefined && earlier !== digest) {
      found.push(`${place}: two votes to ${kind}`);
    }
    cast.set(`${place} ${kind}`, digest);
    if (cast.has(`${place} nullify`) && cast.has(`${place} finalize`)) {
      found.push(`${place}: given up and finalized`);
    }
    if (kind === 'notarize' && cast.has(`${place} nullify`)) {
      found.push(`${place}: notarized after it was given up`);
    }
  }
  return found;
}
