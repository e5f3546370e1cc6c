import type { Json } from '@qflow/checkers';
import type { Random } from '@qflow/ports';
import type { Cluster, ClusterNode } from '../cluster/cluster.ts';
import { NoVictim, select } from '../cluster/select.ts';
import type { NodeSelection } from '../cluster/selection.ts';
import { greatestDurationMs, type Opportunity, type Schedule } from '../experiment/schedule.ts';
import type { HistoryRecorder } from '../history/recorder.ts';
import type { Progress } from '../result/reporter.ts';
import type { FaultRecord } from '../result/result.ts';
import { bounded, messageOf, TookTooLong } from '../run/bounded.ts';
import { admit, BlastRadiusExceeded, type Radius } from '../safety/gate.ts';
import type { RunHealing } from '../safety/healing.ts';
import { armStops } from './armed-stop.ts';
import type { Proof } from './fault.ts';
import { type Injection, planned, recordOf } from './injection.ts';

type Stage = Extract<Progress, { kind: 'fault' }>['stage'];

export interface InjectorOptions {
  readonly cluster: Cluster;
  readonly healing: RunHealing;
  readonly history: HistoryRecorder;
  readonly radius: Omit<Radius, 'nodes' | 'tolerance'>;
  readonly random: Random;
  onStage?(description: string, stage: Stage): void;
  /** Milliseconds since the run's start, as the result counts them. */
  sinceStartMs(): number;
  readonly bounds?: Partial<InjectorBounds>;
}

/** How long each part of an injection may take, in milliseconds, before it counts as failed. */
export interface InjectorBounds {
  readonly selectWithinMs: number;
  /** How long to wait for room in the blast radius while earlier faults are being healed. */
  readonly roomWithinMs: number;
  readonly armedWithinMs: number;
  readonly injectWithinMs: number;
  readonly proveWithinMs: number;
}

const POLL_MS = 50;

const defaultBounds: InjectorBounds = {
  selectWithinMs: 5_000,
  roomWithinMs: 15_000,
  armedWithinMs: 10_000,
  injectWithinMs: 15_000,
  proveWithinMs: 10_000,
};

/**
 * Applies a schedule's faults: picks the victims, asks the gate, injects, proves, heals, and writes down each deed.
 * A fault that throws, hangs or lies is survived: its healing is a scope of the run's own, and runs all the same.
 */
export class FailureInjector {
  readonly #options: InjectorOptions;
  readonly #bounds: InjectorBounds;
  readonly #injections: Injection[] = [];
  readonly #hit = new Map<string, readonly ClusterNode[]>();
  /** Nodes that a running fault harms, with how many do. */
  readonly #harmed = new Map<string, number>();
  /** The last entry that asked for admission: they are admitted in the order in which they fell due. */
  #admitting: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#bounds = { ...defaultBounds, ...options.bounds };
  }

  /** Runs a whole schedule; resolves when every entry is injected or given up. Those that last are healed on their own. */
  async run(schedule: Schedule, signal: AbortSignal): Promise<void> {
    const injections = schedule.opportunities.map((opportunity) => {
      return planned(opportunity, this.#options.healing.scope(greatestDurationMs(opportunity, schedule.harmMs)));
    });
    this.#injections.push(...injections);
    await Promise.all(injections.map((injection) => this.#follow(injection, signal)));
  }

  /** Heals whatever is not healed yet, for good: nothing can be injected afterwards. Never throws. */
  async healAll(): Promise<void> {
    this.#options.healing.close();
    await this.#options.healing.now();
    await Promise.all(this.#injections.filter(({ state }) => state === 'injected').map((one) => this.#confirm(one)));
  }

  /** The run is over: what a fault that hung does from now on is not followed any more. */
  end(): void {
    this.#over = true;
  }

  /** Every opportunity, those that were left out too. */
  records(): readonly FaultRecord[] {
    return this.#injections.map(recordOf);
  }

  /** Those that were to be injected. */
  usedRecords(): readonly FaultRecord[] {
    return this.#injections.filter(({ opportunity }) => opportunity.leftOut === null).map(recordOf);
  }

  async #follow(injection: Injection, signal: AbortSignal): Promise<void> {
    const { atMs, lastsMs, leftOut } = injection.opportunity;
    if (leftOut !== null) return;
    try {
      await this.#options.cluster.clock.sleep(atMs, signal);
      await this.#attempt(injection, signal);
      if (injection.state === 'injected' && lastsMs !== null) {
        await this.#options.cluster.clock.sleep(lastsMs, signal);
        await this.#heal(injection);
      }
    } catch (thrown) {
      // Cut short from outside: whatever was begun is healed with the whole run.
      if (injection.state === 'planned')
        refuse(injection, signal.aborted ? 'the run was cut short' : messageOf(thrown));
    }
  }

  /** From the choice of victims to the proof. Whatever goes wrong is written into the injection. */
  async #attempt(injection: Injection, signal: AbortSignal): Promise<void> {
    const { entry } = injection.opportunity;
    try {
      injection.victims = await this.#admitted(injection.opportunity, signal);
    } catch (thrown) {
      if (!(thrown instanceof NoVictim || thrown instanceof BlastRadiusExceeded)) throw thrown;
      refuse(injection, thrown.message);
      return;
    }

    if (entry.label !== undefined) this.#hit.set(entry.label, injection.victims);
    try {
      if ('when' in entry.starts) {
        const withinMs = this.#bounds.armedWithinMs;
        await armStops(this.#options.cluster, injection, entry.starts.when, withinMs, signal);
      }
    } catch (thrown) {
      // Armed for nothing: taken back, so that it does not stop later, unwatched.
      await injection.scope.now();
      this.#release(injection);
      refuse(injection, signal.aborted ? 'the run was cut short' : messageOf(thrown));
      return;
    }
    await this.#inject(injection);
  }

  async #inject(injection: Injection): Promise<void> {
    const { cluster, healing, sinceStartMs, onStage } = this.#options;
    const { fault } = injection.opportunity.entry;
    injection.state = 'injected';
    injection.injectedAtMs = sinceStartMs();
    onStage?.(fault.describe(), 'injected');

    let deed: Promise<Json> | undefined;
    try {
      const captured = await bounded(cluster.clock, this.#bounds.injectWithinMs, `injecting "${fault.name}"`, () => {
        deed = fault.inject(cluster, injection.victims, injection.scope);
        return deed;
      });
      await this.#prove(injection, captured);
    } catch (thrown) {
      injection.proof = { proved: false, reason: `it failed: ${messageOf(thrown)}` };
      onStage?.(fault.describe(), 'unproved');
      await this.#heal(injection);
      // One that hangs may do its harm later still, after its undo has run.
      if (thrown instanceof TookTooLong) this.#healWhenLate(injection, deed);
    }
    // Harm that was under way while the run was healed for good is undone once more.
    if (healing.isClosed) await injection.scope.again();
  }

  async #prove(injection: Injection, captured: Json): Promise<void> {
    const { cluster, history, onStage } = this.#options;
    const { fault } = injection.opportunity.entry;
    const proof: Proof = await bounded(cluster.clock, this.#bounds.proveWithinMs, `proving "${fault.name}"`, () =>
      fault.prove(cluster, injection.victims, captured),
    ).catch((thrown) => ({ proved: false, reason: messageOf(thrown) }));

    injection.proof = proof;
    if (proof.proved) {
      history.deed({
        f: fault.name,
        phase: 'proved',
        value: { nodes: namesOf(injection), injectedAtMs: injection.injectedAtMs, evidence: proof.evidence },
      });
    }
    onStage?.(fault.describe(), proof.proved ? 'proved' : 'unproved');
  }

  async #heal(injection: Injection): Promise<void> {
    await injection.scope.now();
    await this.#confirm(injection);
  }

  /** Says that an injection is healed, if nothing failed and the kernel sees every victim running. */
  async #confirm(injection: Injection): Promise<void> {
    if (injection.state !== 'injected') return;
    const { cluster, history, sinceStartMs, onStage } = this.#options;
    const { fault } = injection.opportunity.entry;
    injection.state = 'healed';
    injection.healedAtMs = sinceStartMs();
    this.#release(injection);

    const [failure] = injection.scope.failures();
    if (failure !== undefined) {
      injection.healed = { proved: false, reason: failure };
      return;
    }
    injection.healed = await this.#seenRunning(cluster, injection.victims);
    if (injection.healed.proved) {
      history.deed({ f: fault.name, phase: 'healed', value: { nodes: namesOf(injection) } });
      onStage?.(fault.describe(), 'healed');
    }
  }

  async #seenRunning({ processes, clock }: Cluster, victims: readonly ClusterNode[]): Promise<FaultRecord['healed']> {
    if (processes === undefined)
      return { proved: false, reason: 'the environment does not show the state of processes' };
    try {
      const states = await bounded(clock, this.#bounds.proveWithinMs, 'looking at the processes', () =>
        Promise.all(victims.map((node) => processes.state(node))),
      );
      const down = victims.findIndex((_, place) => states[place] !== 'running');
      if (down >= 0) return { proved: false, reason: `${victims[down]!.name} is ${states[down]}` };
      return { proved: true, evidence: { state: Object.fromEntries(victims.map(({ name }) => [name, 'running'])) } };
    } catch (thrown) {
      return { proved: false, reason: messageOf(thrown) };
    }
  }

  /** Victims that the gate lets through, once there is room: a fault due while another is healed waits for that. */
  #admitted(opportunity: Opportunity, signal: AbortSignal): Promise<readonly ClusterNode[]> {
    const admitted = this.#admitting.then(() => this.#admittedInTurn(opportunity, signal));
    this.#admitting = admitted.catch(() => undefined);
    return admitted;
  }

  async #admittedInTurn({ entry }: Opportunity, signal: AbortSignal): Promise<readonly ClusterNode[]> {
    const { clock } = this.#options.cluster;
    const endNs = clock.nowNs() + this.#bounds.roomWithinMs * 1e6;
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.#admittedNow(entry.fault.nodes, signal);
      } catch (thrown) {
        const mayPass = thrown instanceof BlastRadiusExceeded && this.#harmed.size > 0;
        if (!mayPass || clock.nowNs() >= endNs) throw thrown;
      }
      await clock.sleep(POLL_MS, signal);
    }
  }

  /** Victims that fit the selection and that the gate lets through; they count as harmed from here on. */
  async #admittedNow(nodes: NodeSelection, signal: AbortSignal): Promise<readonly ClusterNode[]> {
    const { cluster, radius, random } = this.#options;
    const uncared = cluster.uncared?.() ?? null;
    if (uncared !== null) throw new Error(`nobody would undo it if the framework were lost: ${uncared}`);
    const down = await this.#nodesDown();
    const victims = await select(cluster, nodes, {
      harmed: new Set([...down, ...this.#harmed.keys()]),
      hit: this.#hit,
      random,
      withinMs: this.#bounds.selectWithinMs,
      signal,
    });

    // No await between the count and the reservation: two entries that start together see each other.
    const harmed = new Set([...down, ...this.#harmed.keys(), ...victims.map(({ name }) => name)]);
    admit({ ...radius, nodes: cluster.nodes.length, tolerance: cluster.tolerance }, harmed.size);
    for (const { name } of victims) this.#harmed.set(name, (this.#harmed.get(name) ?? 0) + 1);
    return victims;
  }

  /** Nodes that do not run, whoever's doing it is. A node whose state cannot be seen counts as down. */
  async #nodesDown(): Promise<readonly string[]> {
    const { processes, nodes } = this.#options.cluster;
    if (processes === undefined) return [];
    const running = await Promise.all(
      nodes.map((node) =>
        processes.state(node).then(
          (state) => state === 'running',
          () => false,
        ),
      ),
    );
    return nodes.filter((_, place) => running[place] !== true).map(({ name }) => name);
  }

  #release({ victims }: Injection): void {
    for (const { name } of victims) {
      const left = (this.#harmed.get(name) ?? 1) - 1;
      if (left === 0) this.#harmed.delete(name);
      else this.#harmed.set(name, left);
    }
  }

  #healWhenLate(injection: Injection, deed: Promise<Json> | undefined): void {
    const again = async (): Promise<void> => {
      if (!this.#over) await injection.scope.again();
    };
    deed?.then(again, again);
  }
}

const namesOf = ({ victims }: Injection): readonly string[] => victims.map(({ name }) => name);

function refuse(injection: Injection, reason: string): void {
  injection.state = 'refused';
  injection.reason = reason;
  injection.proof = { proved: false, reason };
}
