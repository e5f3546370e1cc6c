import {
  agreement,
  consistentCertificates,
  consistentVotes,
  type HistoryEvent,
  linearizable,
  type Verdict,
} from '@qflow/checkers';
import {
  type Answer,
  createNode,
  defaultLimits,
  type EngineConfiguration,
  initializeLog,
  type Node,
  type Operation,
  type Request,
  type Rules,
  soundRules,
  toleratedFaults,
  verifyAnswer,
} from '@qflow/engine';
import type { Crypto, Ports } from '@qflow/ports';
import { createWorld, type Traced, type World } from '@qflow/simulation';
import { drawMalice, type Malice, startMalicious } from './malicious-node.ts';
import { closedHistory, drawOperation, valueIn } from './register-operations.ts';

/** What may go wrong in a run, each judged on its own. */
export type Oracle = 'votes' | 'certificates' | 'agreement' | 'linearizable' | 'proofs' | 'progress' | 'silence';

export interface ConsensusRun {
  readonly seed: number;
  readonly nodes: number;
  readonly malice: Malice | null;
  /** What was violated, and how. Empty when all is well. */
  readonly violations: ReadonlyMap<Oracle, string>;
  /** Operations that were answered. */
  readonly answered: number;
  readonly finalizedHeight: number;
  readonly events: number;
  readonly fingerprint: string;
}

export interface RunSettings {
  readonly seed: number;
  readonly rules?: Rules;
  /** Replaces the cryptography of every honest node, for keys that were dealt otherwise. */
  readonly crypto?: (ports: Ports) => Crypto;
  /** Drawn from the seed unless given: 4 or 7. */
  readonly nodes?: number;
  /** Drawn from the seed unless false. */
  readonly malicious?: boolean;
  /** Hears everything that the nodes say: to look into one seed. */
  readonly watch?: (traced: Traced) => void;
}

const timing = { viewTimeoutMs: 120, greatestViewTimeoutMs: 960, blockIntervalMs: 10, resendMs: 60 };
/** Virtual time after the heal within which every node has to have a new request of its own answered. */
const progressWithinMs = 10 * timing.greatestViewTimeoutMs;

/** One random life of a cluster: crashes, restarts, loss, partitions, a lost disk, lies; then a heal and a judgement. */
export function runConsensus(settings: RunSettings): ConsensusRun {
  const run = new Run(settings);
  run.harm();
  return run.judge();
}

interface Asked {
  done: boolean;
  ok: boolean;
}

class Run {
  readonly #seed: number;
  readonly #rules: Rules;
  readonly #crypto: ((ports: Ports) => Crypto) | undefined;
  readonly #size: number;
  readonly #world: World;
  readonly #malice: Malice | null;
  /** Nodes from here on are malicious. */
  readonly #honest: number;
  readonly #nodes: (Node | null)[] = [];
  readonly #events: HistoryEvent[] = [];
  readonly #violations = new Map<Oracle, string>();
  readonly #harmMs: number;
  /** Operations that surely did not happen. A failed compare-and-set is one that found another value: these are not. */
  readonly #dropped = new Set<number>();
  #answered = 0;
  #requests = 0;
  #wiped = false;
  /** The event at which the next crash happens, in the middle of a step. */
  #crashAt: string | null = null;

  constructor({ seed, rules = soundRules, crypto, nodes, malicious, watch }: RunSettings) {
    this.#seed = seed;
    this.#rules = rules;
    this.#crypto = crypto;
    this.#size = nodes ?? (seed % 3 === 0 ? 7 : 4);
    this.#world = createWorld({ seed, nodes: this.#size, transport: { silenceDetectedMs: 150 } });
    const draw = this.#world.random.stream('shape');
    const lies = draw.unit() < 0.4 && malicious !== false;
    this.#malice = lies ? drawMalice(draw) : null;
    this.#honest = lies ? this.#size - 1 : this.#size;
    this.#harmMs = draw.between(600, 1_500);
    this.#setLinks(draw.unit() < 0.5 ? draw.unit() * 0.2 : 0);
    if (watch !== undefined) {
      this.#world.onTrace(watch);
    }
    this.#listen();
    for (let index = 0; index < this.#size; index += 1) {
      this.#begin(index);
    }
  }

  harm(): void {
    const { clock } = this.#world;
    const draw = this.#world.random.stream('faults');
    const work = this.#world.random.stream('work');
    const disturb = (): void => {
      if (clock.monotonicMs() < this.#harmMs) {
        this.#disturb(draw);
        clock.after(draw.between(20, 150), disturb);
      }
    };
    const ask = (): void => {
      if (clock.monotonicMs() < this.#harmMs) {
        this.#ask(
          work.between(0, this.#honest - 1),
          drawOperation(work, this.#requests),
          work.unit() < 0.1 ? 4 : 2_000,
        );
        clock.after(work.between(5, 60), ask);
      }
    };
    clock.after(30, ask);
    clock.after(50, disturb);
    this.#world.run({ untilMs: this.#harmMs });
  }

  judge(): ConsensusRun {
    this.#heal();
    this.#checkProgress();
    const history = closedHistory(this.#events, this.#dropped, Math.round(this.#world.clock.monotonicMs() * 1e6));
    this.#note('votes', consistentVotes().check(history));
    this.#note('certificates', consistentCertificates().check(history));
    this.#note('agreement', agreement().check(history));
    this.#note('linearizable', linearizable({ refusedCas: 'differs' }).check(history));
    return {
      seed: this.#seed,
      nodes: this.#size,
      malice: this.#malice,
      violations: this.#violations,
      answered: this.#answered,
      finalizedHeight: Math.max(0, ...this.#living().map((node) => node.status().finalized.height)),
      events: this.#world.eventsExecuted,
      fingerprint: this.#world.fingerprint(),
    };
  }

  #configuration(self: number): EngineConfiguration {
    const limits = { ...defaultLimits, requestsPerBlock: 8 };
    return { cluster: 'seeds', epoch: 1, validators: this.#size, self, timing, limits };
  }

  #begin(index: number): void {
    const ports = this.#world.node(index);
    const configuration = this.#configuration(index);
    initializeLog(ports.storage, configuration, ports.crypto);
    this.#start(index, ports);
  }

  #start(index: number, ports: Ports): void {
    if (index >= this.#honest && this.#malice !== null) {
      startMalicious(ports, this.#configuration(index), this.#malice);
      this.#nodes[index] = null;
    } else {
      const own = this.#crypto === undefined ? ports : { ...ports, crypto: this.#crypto(ports) };
      this.#nodes[index] = createNode(own, this.#configuration(index), this.#rules);
    }
  }

  #listen(): void {
    this.#world.onTrace(({ atMs, node, event, value }) => {
      if (node >= this.#honest) {
        return;
      }
      if (event === 'vote' || event === 'certificate' || event === 'finalized') {
        const time = Math.round(atMs * 1e6);
        const name = `n${node}`;
        this.#events.push({ index: this.#events.length, type: 'event', node: name, event, value, honest: true, time });
      }
      if (event === 'halted') {
        this.#violations.set('agreement', `n${node} halted: ${JSON.stringify(value)}`);
      }
      if (event === this.#crashAt) {
        this.#crashAt = null;
        this.#crash(node, this.#world.random.stream(`crash ${this.#events.length}`).between(20, 300));
      }
    });
  }

  #living(): readonly Node[] {
    return this.#nodes.filter((node, index): node is Node => node !== null && this.#world.isAlive(index));
  }

  #disturb(draw: World['random']): void {
    const node = draw.between(0, this.#honest - 1);
    const lastsMs = draw.between(20, 400);
    const kind = draw.unit();
    if (kind < 0.25) {
      this.#crash(node, lastsMs);
    } else if (kind < 0.45) {
      const events = ['vote', 'proposed', 'proposal-half-sent', 'certificate', 'finalized', 'view-entered'];
      this.#crashAt = events[draw.between(0, events.length - 1)] as string;
    } else if (kind < 0.7) {
      this.#partition(draw, lastsMs);
    } else if (kind < 0.8) {
      this.#world.pause(node);
      this.#world.clock.after(lastsMs, () => this.#world.resume(node));
    } else if (kind < 0.95) {
      this.#setLinks(draw.unit() * 0.3);
    } else if (!this.#wiped && this.#byzantine() < toleratedFaults(this.#size)) {
      this.#wiped = true;
      this.#crash(node, lastsMs);
      this.#world.disk(node).wipe();
    }
  }

  #byzantine = (): number => this.#size - this.#honest;

  #crash(node: number, lastsMs: number): void {
    if (!this.#world.isAlive(node)) {
      return;
    }
    this.#world.crash(node);
    this.#world.clock.after(lastsMs, () => this.#restart(node));
  }

  #restart(node: number): void {
    if (!this.#world.isAlive(node)) {
      this.#start(node, this.#world.restart(node));
    }
  }

  #partition(draw: World['random'], lastsMs: number): void {
    const { network } = this.#world;
    const away = Array.from({ length: this.#size }, () => draw.unit() < 0.4);
    const oneWay = draw.unit() < 0.4;
    const cuts: [number, number][] = [];
    for (let from = 0; from < this.#size; from += 1) {
      for (let to = 0; to < this.#size; to += 1) {
        if (from !== to && away[from] !== away[to] && (!oneWay || away[from] === true)) {
          cuts.push([from, to]);
        }
      }
    }
    for (const [from, to] of cuts) {
      network.cut(from, to);
    }
    this.#world.clock.after(lastsMs, () => {
      for (const [from, to] of cuts) {
        network.heal(from, to);
      }
    });
  }

  #setLinks(loss: number): void {
    const draw = this.#world.random.stream(`links ${this.#events.length}`);
    const rule = {
      delayMs: 1 + draw.unit() * 10,
      jitterMs: draw.unit() * 20,
      loss,
      duplicate: loss / 4,
      reorder: loss,
    };
    for (let from = 0; from < this.#size; from += 1) {
      for (let to = 0; to < this.#size; to += 1) {
        if (from !== to) {
          this.#world.network.setRule(from, to, rule);
        }
      }
    }
  }

  /** Asks a node; what it says, and when, goes into the history. */
  #ask(index: number, operation: Operation, viewsLeft: number): Asked {
    const node = this.#nodes[index];
    const asked = { done: false, ok: false };
    if (node === undefined || node === null || !this.#world.isAlive(index)) {
      return asked;
    }
    const sequence = this.#requests;
    this.#requests += 1;
    const expiresAfterView = node.status().view + viewsLeft;
    const request: Request = { client: `c${sequence % 5}`, sequence, expiresAfterView, operation };
    this.#record('invoke', sequence, operation, valueIn(operation));
    const hear = (answer: Answer): void => {
      if (!asked.done) {
        asked.done = true;
        asked.ok = answer.outcome === 'ok';
        this.#hear(sequence, operation, request, answer);
      }
    };
    node.submit(request, hear);
    // A client that asks again elsewhere still has it done once.
    const other = this.#nodes[(index + 1) % this.#honest];
    if (sequence % 4 === 0 && other != null) {
      this.#world.clock.after(40, () => {
        if (!asked.done && this.#world.isAlive((index + 1) % this.#honest)) {
          this.#nodes[(index + 1) % this.#honest]?.submit(request, hear);
        }
      });
    }
    return asked;
  }

  #hear(sequence: number, operation: Operation, request: Request, answer: Answer): void {
    if (answer.outcome === 'fail') {
      this.#dropped.add(sequence);
      return;
    }
    this.#answered += 1;
    const { result, proof } = answer;
    if (sequence % 3 === 0 && this.#crypto === undefined && this.#rules.consensus.answersWhen === 'finalized') {
      const verified = verifyAnswer(this.#world.verifier, { cluster: 'seeds', epoch: 1 }, request, result, proof);
      if (!verified.valid) {
        this.#violations.set('proofs', verified.reason);
      }
    }
    if (result.kind === 'mismatch') {
      this.#record('fail', sequence, operation, valueIn(operation));
    } else if (result.kind === 'value') {
      this.#record('ok', sequence, operation, result.value);
    } else {
      this.#record('ok', sequence, operation, valueIn(operation));
    }
  }

  #record(
    type: 'invoke' | 'ok' | 'fail' | 'info',
    process: number,
    operation: Operation,
    value: null | string | (string | null)[],
  ): void {
    const time = Math.round(this.#world.clock.monotonicMs() * 1e6);
    const f = operation.kind === 'compare-and-set' ? 'cas' : operation.kind;
    this.#events.push({ index: this.#events.length, process, type, f, key: operation.key, value, time });
  }

  #heal(): void {
    const { network } = this.#world;
    this.#crashAt = null;
    for (let from = 0; from < this.#size; from += 1) {
      this.#world.resume(from);
      for (let to = 0; to < this.#size; to += 1) {
        if (from !== to) {
          network.heal(from, to);
        }
      }
    }
    this.#setLinks(0);
    for (let index = 0; index < this.#size; index += 1) {
      this.#restart(index);
    }
  }

  /** A new request at every honest node has to be answered in time, and all have to come to the same block. */
  #checkProgress(): void {
    const { clock } = this.#world;
    const untilMs = clock.monotonicMs() + progressWithinMs;
    const probes = this.#living().map((_, index) => this.#ask(index, { kind: 'read', key: 'k0' }, 5_000));
    const isDone = (): boolean => probes.every(({ ok }) => ok) && this.#isLevel();
    if (this.#world.run({ untilMs, until: isDone }) !== 'condition') {
      const heads = this.#living().map((node) => JSON.stringify(node.status()));
      this.#violations.set('progress', `no progress within ${progressWithinMs} ms: ${heads.join(' ')}`);
    } else if (this.#malice === null && this.#violations.size === 0) {
      const silentByMs = clock.monotonicMs() + 60_000;
      if (this.#world.run({ until: () => clock.monotonicMs() > silentByMs }) !== 'idle') {
        const heads = this.#living().map((node) => JSON.stringify(node.status()));
        this.#violations.set('silence', `messages or timers go on a minute after all is done: ${heads.join(' ')}`);
      }
    }
  }

  #isLevel(): boolean {
    const heads = this.#living().map((node) => node.status().finalized);
    return heads.every(({ height, digest }) => height === heads[0]?.height && digest === heads[0]?.digest);
  }

  #note(oracle: Oracle, verdict: Verdict): void {
    if (verdict.verdict === 'fail') {
      this.#violations.set(oracle, verdict.reason);
    }
  }
}
