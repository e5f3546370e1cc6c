import type { Checker } from '../src/checker.ts';
import type { History, Json, OperationEvent } from '../src/history/history.ts';
import { linearizable } from '../src/linearizability/linearizable.ts';
import { models } from '../src/linearizability/models/catalogue.ts';
import type { Model } from '../src/linearizability/models/model.ts';
import { mutex } from '../src/linearizability/models/mutex.ts';
import { queue } from '../src/linearizability/models/queue.ts';
import { elements } from '../src/linearizability/models/set.ts';
import { linearizableHistory, registerScript, type Script, withLies } from '../src/testing/object-histories.ts';
import { type Random, randomOf } from '../src/testing/random.ts';
import { storeHistory } from '../src/testing/stores.ts';
import { listAppend } from '../src/transactions/list-append.ts';
import { rwRegister } from '../src/transactions/rw-register.ts';

/** One history of the bench, made anew from its seed each time. */
export interface Bench {
  readonly name: string;
  /** What is asked of it, in words. */
  readonly reach: string;
  readonly checker: Checker;
  readonly make: () => History;
  /** Whether Porcupine can be given it: registers only. */
  readonly register?: true;
}

const registerBench = (
  name: string,
  reach: string,
  shape: { readonly operations: number; readonly clients: number; readonly crashRate?: number },
  script: Parameters<typeof registerScript>,
  lies = 0,
): Bench => ({
  name,
  reach,
  register: true,
  checker: linearizable(),
  make: () => {
    const random = randomOf(shape.operations + shape.clients);
    return withLies(linearizableHistory(registerScript(...script), shape, random), lies, random);
  },
});

const kinds = [
  ['register', [5]],
  ['cas', [5, { cas: true }]],
] as const;

export const BENCHES: readonly Bench[] = [
  ...kinds.flatMap(([kind, script]) => [
    registerBench(`${kind}, 10,000 ops, 10 clients`, '', { operations: 10_000, clients: 10 }, [...script]),
    registerBench(`${kind}, 100,000 ops, 5 clients`, '0.25 s', { operations: 100_000, clients: 5 }, [...script]),
    registerBench(`${kind}, 100,000 ops, 10 clients`, '0.6 s, 300 MB', { operations: 100_000, clients: 10 }, [
      ...script,
    ]),
    registerBench(`${kind}, 1,000 ops, 30 clients`, '', { operations: 1000, clients: 30 }, [...script]),
    registerBench(`${kind}, 10,000 ops, 30 clients`, '3 s', { operations: 10_000, clients: 30 }, [...script]),
    registerBench(`${kind}, 10,000 ops, 100 clients`, '10 s', { operations: 10_000, clients: 100 }, [...script]),
    registerBench(
      `${kind}, 10,000 ops, 10 clients, three false reads`,
      '',
      { operations: 10_000, clients: 10 },
      [...script],
      12,
    ),
  ]),
  registerBench(
    'cas, 10,000 ops, 10 clients, 0.5 % crashed',
    '10 s',
    { operations: 10_000, clients: 10, crashRate: 0.0025 },
    [5, { cas: true }],
  ),
  registerBench(
    'cas, 10,000 ops, 30 clients, 1 % crashed',
    '10 s',
    { operations: 10_000, clients: 30, crashRate: 0.005 },
    [5, { cas: true }],
  ),
  registerBench(
    'unique writes, 10,000 ops, 100 clients, 1 % crashed',
    '',
    { operations: 10_000, clients: 100, crashRate: 0.005 },
    [0, { unique: true }],
  ),
  registerBench(
    'unique writes, 1,000,000 ops, 100 clients, 1 % crashed',
    '2 s',
    { operations: 1_000_000, clients: 100, crashRate: 0.005 },
    [0, { unique: true }],
  ),
  {
    name: 'set by element, 1,000,000 ops, 100 clients, 1 % crashed',
    reach: '2 s',
    checker: linearizable({ model: elements() as Model }),
    make: () =>
      linearizableHistory(elementScript(), { operations: 1_000_000, clients: 100, crashRate: 0.005 }, randomOf(1)),
  },
  {
    name: 'queue, 1,000,000 ops, 100 clients, 1 % crashed',
    reach: '2 s',
    checker: linearizable({ model: queue() as Model }),
    make: () =>
      linearizableHistory(queueScript(), { operations: 1_000_000, clients: 100, crashRate: 0.005 }, randomOf(1)),
  },
  {
    name: 'lock, 1,000,000 ops, 100 clients, 1 % crashed',
    reach: '2 s',
    checker: linearizable({ model: mutex() as Model }),
    make: () => tenures(500_000, 100, 0.01, randomOf(1)),
  },
  objectBench(
    'stack',
    1_000_000,
    100,
    takeScript('push', 'pop', (items) => items.length - 1),
  ),
  objectBench('priority-queue', 1_000_000, 100, takeScript('insert', 'poll', leastOf, 40)),
  objectBench('counter', 1_000_000, 100, {
    initial: 0,
    ask: (random) => (random.chance(0.5) ? { f: 'add', value: 1 } : { f: 'read', value: null }),
    act: (state, f) => (f === 'read' ? { state, answer: state } : { state: (state as number) + 1, answer: 1 }),
  }),
  objectBench('kv', 100_000, 50, {
    initial: null,
    ask(random, number) {
      if (random.chance(0.4)) return { f: 'get', value: null };
      return { f: random.chance(0.02) ? 'put' : 'append', value: `x ${number} y` };
    },
    act(state, f, value) {
      if (f === 'get') return { state, answer: state };
      return { state: f === 'put' ? value : `${state ?? ''}${value}`, answer: value };
    },
  }),
  {
    name: 'list-append, 1,000,000 transactions, 20 clients',
    reach: '15 s, 4 GB',
    checker: listAppend(),
    make: () => storeHistory({ ...STORE, workload: 'list-append', transactions: 1_000_000 }, randomOf(1)),
  },
  {
    name: 'rw-register, 100,000 transactions, 20 clients',
    reach: '4 s',
    checker: rwRegister(),
    make: () => storeHistory({ ...STORE, workload: 'rw-register', transactions: 100_000 }, randomOf(1)),
  },
];

function objectBench(model: string, operations: number, clients: number, script: Script<Json>): Bench {
  return {
    name: `${model}, ${operations.toLocaleString('en')} ops, ${clients} clients`,
    reach: '',
    checker: linearizable({ model: models.get(model)!({}) }),
    make: () => linearizableHistory(script, { operations, clients }, randomOf(1)),
  };
}

function leastOf(items: readonly number[]): number {
  return items.indexOf(Math.min(...items));
}

/** Puts distinct numbers in and takes them out where `at` says. Above so many items, it mostly takes. */
function takeScript(put: string, take: string, at: (items: readonly number[]) => number, many = 1e9): Script<Json> {
  const items: number[] = [];
  return {
    initial: null,
    ask: (random, number) =>
      random.chance(items.length > many ? 0.1 : 0.5)
        ? { f: put, value: random.below(1e6) * 1e6 + number }
        : { f: take, value: null },
    act(state, f, value) {
      if (f === put) {
        items.push(value as number);
        return { state, answer: value };
      }
      if (items.length === 0) return { state, answer: null };
      const [answer] = items.splice(at(items), 1);
      return { state, answer: answer! };
    },
  };
}

const STORE = { fault: 'none', clients: 20, keys: 10, writesPerKey: 32, steps: 4, crashRate: 0.001 } as const;

/** Distinct elements, added once, removed now and then, asked for while they are fresh. */
function elementScript(): Script<Json> {
  const present = new Set<Json>();
  return {
    initial: null,
    ask(random: Random, number: number) {
      const kind = random.below(4);
      if (kind === 0) return { f: 'add', value: number };
      const recent = Math.max(0, number - random.below(400));
      return { f: kind === 1 ? 'remove' : 'contains', value: recent };
    },
    act(state, f, value) {
      if (f === 'contains') return { state, answer: present.has(value) };
      if (f === 'add') present.add(value);
      else present.delete(value);
      return { state, answer: value };
    },
  };
}

function queueScript(): Script<Json> {
  const items: number[] = [];
  let head = 0;
  return {
    initial: null,
    ask: (random: Random, number: number) =>
      random.chance(0.5) ? { f: 'enqueue', value: number + 1 } : { f: 'dequeue', value: null },
    act(state, f, value) {
      if (f === 'enqueue') {
        items.push(value as number);
        return { state, answer: value };
      }
      const answer = items[head] ?? undefined;
      // A queue that is empty refuses: an answer "empty" among crashed dequeues is another, harder question.
      if (answer !== undefined) head += 1;
      return { state, answer };
    },
  };
}

/** Holders of a lock one after the other: each asks while the one before still holds it. */
function tenures(count: number, clients: number, crashRate: number, random: Random): History {
  const events: OperationEvent[] = [];
  const add = (process: number, type: OperationEvent['type'], f: string, value: Json = null) => {
    events.push({ index: events.length, process, type, f, value, time: events.length });
  };
  let fresh = clients;
  const free = Array.from({ length: clients }, (_, process) => process);
  let holder: number | undefined;
  for (let token = 1; token <= count; token += 1) {
    const [next] = free.splice(random.below(free.length), 1) as [number];
    add(next, 'invoke', 'acquire');
    if (holder !== undefined) {
      add(holder, 'invoke', 'release');
      const isLost = random.chance(crashRate);
      add(holder, isLost ? 'info' : 'ok', 'release');
      free.push(isLost ? fresh : holder);
      if (isLost) fresh += 1;
    }
    add(next, 'ok', 'acquire', token);
    holder = next;
  }
  return { events };
}
