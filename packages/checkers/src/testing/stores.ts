import type { History, Json, OperationEvent } from '../history/history.ts';
import type { Random } from './random.ts';

/** How a store goes wrong. */
export type StoreFault = 'none' | 'snapshot' | 'lost-update' | 'stale-read' | 'dirty-read' | 'torn-commit';

export interface StoreShape {
  readonly workload: 'list-append' | 'rw-register';
  readonly fault: StoreFault;
  readonly transactions: number;
  readonly clients: number;
  /** Keys in use at one time. */
  readonly keys: number;
  /** After so many writes a key gives way to a new one. */
  readonly writesPerKey: number;
  readonly steps: number;
  readonly crashRate?: number;
  readonly abortRate?: number;
}

type State = Map<number, Json>;
type Steps = [f: string, key: number, value: Json][];

/**
 * A history of transactions on a store that keeps its promise or breaks it in one way:
 * - `none`: each transaction acts at one instant while it is open (strictly serializable);
 * - `snapshot`: reads come from the state at an earlier instant, the first committer of a key wins (snapshot isolation);
 * - `lost-update`: the same, but nobody looks who committed first;
 * - `stale-read`: transactions that only read are served from an old state;
 * - `dirty-read`: what aborts can be seen;
 * - `torn-commit`: the writes of a transaction take effect one after the other.
 */
export function storeHistory(shape: StoreShape, random: Random): History {
  const { workload, fault, crashRate = 0, abortRate = 0 } = shape;
  const events: OperationEvent[] = [];
  const past: State[] = [new Map()];
  const written = new Map<number, number>();
  const active = Array.from({ length: shape.keys }, (_, key) => key);
  let nextKey = shape.keys;
  let nextProcess = shape.clients;
  let begun = 0;
  let busy = 0;
  const clients = Array.from({ length: shape.clients }, (_, process) => ({
    process,
    /** 0 idle, 1 invoked, 2 begun, 3 half committed, 4 over. */
    stage: 0,
    steps: [] as Steps,
    seen: past[0]!,
    seenAt: 0,
    answer: undefined as Steps | undefined,
  }));
  const write = (process: number, type: OperationEvent['type'], value: Json) => {
    events.push({ index: events.length, process, type, f: 'txn', value, time: events.length });
  };
  const now = () => past[past.length - 1]!;
  /** The state after some changes, without keys that nobody asks for any more. */
  const after = (changes: readonly (readonly [number, Json])[]): State => {
    const state: State = new Map([...now(), ...changes]);
    for (const key of state.keys()) {
      if (key >= nextKey - 8 * shape.keys) break;
      state.delete(key);
    }
    return state;
  };

  const ask = (): Steps =>
    Array.from({ length: 1 + random.below(shape.steps) }, () => {
      const place = random.below(active.length);
      const key = active[place]!;
      if (random.chance(0.5)) return ['r', key, null];
      const count = (written.get(key) ?? 0) + 1;
      written.set(key, count);
      if (count >= shape.writesPerKey) {
        active[place] = nextKey;
        nextKey += 1;
      }
      return [workload === 'list-append' ? 'append' : 'w', key, count];
    });

  const run = (steps: Steps, from: State, into: State): Steps => {
    const view = new Map(from);
    return steps.map(([f, key, value]) => {
      if (f === 'r') return [f, key, view.get(key) ?? null];
      const after = f === 'append' ? [...((view.get(key) as Json[] | undefined) ?? []), value] : value;
      view.set(key, after);
      into.set(key, after);
      return [f, key, value];
    });
  };

  while (begun < shape.transactions || busy > 0) {
    const client = clients[random.below(clients.length)]!;
    if (client.stage === 0) {
      if (begun === shape.transactions) continue;
      begun += 1;
      busy += 1;
      client.steps = ask();
      client.stage = 1;
      write(client.process, 'invoke', client.steps);
    } else if (client.stage === 1) {
      client.seenAt = past.length - 1;
      client.seen = now();
      client.stage = 2;
    } else if (client.stage === 2) {
      const isReadOnly = client.steps.every(([f]) => f === 'r');
      const isLate = fault === 'snapshot' || fault === 'lost-update';
      const from = isLate
        ? client.seen
        : fault === 'stale-read' && isReadOnly
          ? past[Math.max(0, past.length - 1 - random.below(6))]!
          : now();
      const changes: State = new Map();
      const answer = run(client.steps, from, changes);
      const isConflict =
        fault === 'snapshot' && [...changes.keys()].some((key) => now().get(key) !== client.seen.get(key));
      const aborts = isConflict || random.chance(abortRate);
      if (!aborts || fault === 'dirty-read') {
        const half = [...changes].slice(0, fault === 'torn-commit' ? 1 : changes.size);
        past.push(after(half));
      }
      client.answer = aborts ? undefined : answer;
      client.stage = fault === 'torn-commit' && changes.size > 1 && !aborts ? 3 : 4;
      client.seen = changes;
      if (past.length > 64) past.shift();
    } else if (client.stage === 3) {
      past.push(after([...client.seen].slice(1)));
      client.stage = 4;
    } else if (random.chance(crashRate)) {
      write(client.process, 'info', client.steps);
      client.process = nextProcess;
      nextProcess += 1;
      client.stage = 0;
      busy -= 1;
    } else {
      write(client.process, client.answer === undefined ? 'fail' : 'ok', client.answer ?? client.steps);
      client.stage = 0;
      busy -= 1;
    }
  }
  return { events };
}
