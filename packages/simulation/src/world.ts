import type { Clock, Json, NodeIndex, Ports, Random, Verifier } from '@qflow/ports';
import { Disk, type UnsyncedFate } from './disk.ts';
import { Fingerprint } from './fingerprint.ts';
import { idealCrypto } from './ideal-crypto.ts';
import { Incarnation } from './incarnation.ts';
import { healthyLink, type LinkRule, type TransportTiming, usualTransport } from './link.ts';
import { SimulatedNetwork } from './network.ts';
import { MachineClock, nodeClock } from './node-clock.ts';
import { createRandom } from './random.ts';
import { eventKind, Scheduler } from './scheduler.ts';

export interface WorldSettings {
  /** The whole world follows from it. */
  readonly seed: number | string;
  /** How many nodes, all of them validators. */
  readonly nodes: number;
  /** What every link does until it is told otherwise. */
  readonly link?: Partial<LinkRule>;
  readonly transport?: Partial<TransportTiming>;
  /** What the nodes' calendars show at the start, in milliseconds since 1970. */
  readonly calendarStartMs?: number;
}

/** Something that a node said on its trace. */
export interface Traced {
  readonly atMs: number;
  readonly node: NodeIndex;
  readonly event: string;
  readonly value: Json;
}

/** `time`: `untilMs` is reached. `condition`: `until` holds. `idle`: nothing is due any more. */
export type Ended = 'time' | 'condition' | 'idle';

/** With neither, a run ends when nothing is due any more, which never comes while timers set each other. */
export interface RunUntil {
  /** Virtual milliseconds since the world's beginning; what is due at that moment still happens. */
  readonly untilMs?: number;
  /** Asked before the first event and after each. */
  readonly until?: () => boolean;
}

/** Machines, disks and links that exist in memory alone, on a time of their own. */
export interface World {
  readonly size: number;
  /** The orchestrator's clock: true time. */
  readonly clock: Clock;
  /** The orchestrator's randomness. */
  readonly random: Random;
  /** Checks what the nodes' group signs, as a client would. */
  readonly verifier: Verifier;
  readonly network: SimulatedNetwork;

  /** The ports of a node's present life; its first one begins here. @throws when it has crashed: `restart` it */
  node(index: NodeIndex): Ports;
  isAlive(index: NodeIndex): boolean;

  /** Ends a node between two turns, or in the middle of one: from here on its ports do nothing. */
  crash(index: NodeIndex, options?: { unsynced?: UnsyncedFate }): void;
  /** Begins a crashed node's next life, with fresh ports over the same disk. */
  restart(index: NodeIndex): Ports;
  /** Freezes a node without closing its sockets. */
  pause(index: NodeIndex): void;
  resume(index: NodeIndex): void;

  disk(index: NodeIndex): Disk;
  machineClock(index: NodeIndex): MachineClock;

  /** Calls `listener` for everything that living nodes say, at once: it may crash the node that speaks. */
  onTrace(listener: (traced: Traced) => void): void;

  run(until: RunUntil): Ended;
  /** As `run`, waiting for `pump` after each event, so that promises settle within the same moment of virtual time. */
  runAsync(until: RunUntil, pump: () => Promise<void> | undefined): Promise<Ended>;

  readonly eventsExecuted: number;
  /** Stands for everything that has happened so far: the same seed and the same deeds give the same one. */
  fingerprint(): string;
}

export function createWorld(settings: WorldSettings): World {
  const { nodes: size } = settings;
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`A world needs a whole number of nodes, at least 1, not ${size}.`);
  }

  const random = createRandom(settings.seed);
  const fingerprint = new Fingerprint();
  const scheduler = new Scheduler(random.stream('ties'), fingerprint);
  const crypto = idealCrypto(random.stream('crypto'), size);
  const network = new SimulatedNetwork(
    scheduler,
    random.stream('network'),
    size,
    { ...healthyLink, ...settings.link },
    { ...usualTransport, ...settings.transport },
  );
  const calendarStartMs = settings.calendarStartMs ?? 1_700_000_000_000;
  const machines = Array.from({ length: size }, (_, index) => ({
    disk: new Disk(random.stream(`disk ${index}`), fingerprint),
    clock: new MachineClock(scheduler, calendarStartMs),
    lives: 0,
    present: null as { readonly life: Incarnation; readonly ports: Ports } | null,
  }));
  const listeners: ((traced: Traced) => void)[] = [];

  const machine = (index: NodeIndex) => {
    const found = machines[index];
    if (found === undefined) {
      throw new RangeError(`There is no node ${index} among ${size}.`);
    }
    return found;
  };

  const emit = (life: Incarnation, event: string, value: Json): void => {
    if (life.alive) {
      fingerprint.word((eventKind.trace << 16) ^ life.node);
      fingerprint.text(event);
      fingerprint.text(JSON.stringify(value));
      for (const listener of listeners) {
        listener({ atMs: scheduler.nowMs, node: life.node, event, value });
      }
    }
  };

  const begin = (index: NodeIndex): Ports => {
    const { disk, clock, lives } = machine(index);
    const life = new Incarnation(index, scheduler);
    const ports: Ports = {
      clock: nodeClock(scheduler, clock, life),
      random: random.stream(`node ${index}`).stream(`life ${lives}`),
      network: network.attach(life),
      storage: disk.storage(life),
      crypto: crypto.of(index),
      trace: { emit: (event, value) => emit(life, event, value) },
    };
    machine(index).lives += 1;
    machine(index).present = { life, ports };
    return ports;
  };

  /** A deed from outside: part of what happens, so part of the fingerprint. */
  const deed = (name: string, index: NodeIndex): void => {
    fingerprint.word((eventKind.control << 16) ^ index);
    fingerprint.text(name);
  };

  const isDue = (untilMs: number | undefined): boolean => {
    const next = scheduler.nextAtMs;
    return next !== undefined && (untilMs === undefined || next <= untilMs);
  };
  const endOf = (untilMs: number | undefined): Ended => {
    if (untilMs !== undefined) {
      scheduler.rest(untilMs);
      return 'time';
    }
    return 'idle';
  };

  return {
    size,
    clock: {
      monotonicMs: () => scheduler.nowMs,
      calendarMs: () => calendarStartMs + scheduler.nowMs,
      after(delayMs, action) {
        const event = scheduler.at(scheduler.nowMs + Math.max(0, delayMs), eventKind.orchestrator, -1, action);
        return {
          cancel() {
            event.cancelled = true;
          },
        };
      },
    },
    random: random.stream('orchestrator'),
    verifier: crypto.verifier,
    network,

    node(index) {
      const { present, lives } = machine(index);
      if (present === null && lives > 0) {
        throw new Error(`Node ${index} has crashed. Begin its next life with restart.`);
      }
      return present === null ? begin(index) : present.ports;
    },
    isAlive: (index) => machine(index).present !== null,

    crash(index, { unsynced = 'lost' } = {}) {
      const { present, disk } = machine(index);
      if (present !== null) {
        deed('crash', index);
        machine(index).present = null;
        present.life.end();
        network.detach(index);
        disk.crash(unsynced);
      }
    },
    restart(index) {
      if (machine(index).present !== null) {
        throw new Error(`Node ${index} is alive. Crash it before it can restart.`);
      }
      deed('restart', index);
      return begin(index);
    },
    pause(index) {
      const { present } = machine(index);
      if (present !== null && present.life.pausedSinceMs === null) {
        deed('pause', index);
        present.life.pause();
        network.paused(index);
      }
    },
    resume(index) {
      const { present } = machine(index);
      if (present !== null && present.life.pausedSinceMs !== null) {
        deed('resume', index);
        present.life.resume();
        network.resumed(index);
      }
    },

    disk: (index) => machine(index).disk,
    machineClock: (index) => machine(index).clock,
    onTrace(listener) {
      listeners.push(listener);
    },

    run({ untilMs, until }) {
      while (until === undefined || !until()) {
        if (!isDue(untilMs)) {
          return endOf(untilMs);
        }
        scheduler.step();
      }
      return 'condition';
    },
    async runAsync({ untilMs, until }, pump) {
      await pump();
      while (until === undefined || !until()) {
        if (!isDue(untilMs)) {
          return endOf(untilMs);
        }
        scheduler.step();
        // Only when there is something to wait for: a turn of the platform's loop costs more than an event.
        const settled = pump();
        if (settled !== undefined) {
          await settled;
        }
      }
      return 'condition';
    },

    get eventsExecuted() {
      return scheduler.executed;
    },
    fingerprint: () => fingerprint.toString(),
  };
}
