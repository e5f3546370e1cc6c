import type { History, Json, OperationEvent } from '../history/history.ts';
import type { Random } from './random.ts';

/** How one operation of a generated history acts on the real object when its instant comes. */
export interface Script<State> {
  readonly initial: State;
  /** What a client asks next; `number` counts the operations. */
  ask(random: Random, number: number): { readonly f: string; readonly value: Json };
  /** Acts, and answers. `undefined` as an answer means that the operation was refused. */
  act(state: State, f: string, value: Json): { readonly state: State; readonly answer: Json | undefined };
}

export interface Shape {
  readonly operations: number;
  readonly clients: number;
  /** Probability that a client never hears of its operation, which happens or not. */
  readonly crashRate?: number;
  readonly key?: string;
}

/** A history of an object that is linearizable: each operation acts at one instant while it is open. */
export function linearizableHistory<State>(script: Script<State>, shape: Shape, random: Random): History {
  const events: OperationEvent[] = [];
  const { crashRate = 0 } = shape;
  let { initial: state } = script;
  let begun = 0;
  let nextProcess = shape.clients;
  const clients = Array.from({ length: shape.clients }, (_, process) => ({
    process,
    f: '',
    value: null as Json,
    /** 0 idle, 1 invoked, 2 acted. */
    stage: 0,
    answer: undefined as Json | undefined,
  }));
  const write = (process: number, type: OperationEvent['type'], f: string, value: Json) => {
    const event = { index: events.length, process, type, f, value, time: events.length };
    events.push(shape.key === undefined ? event : { ...event, key: shape.key });
  };

  let busy = 0;
  while (begun < shape.operations || busy > 0) {
    const client = clients[random.below(clients.length)]!;
    if (client.stage === 0) {
      if (begun === shape.operations) continue;
      const { f, value } = script.ask(random, begun);
      begun += 1;
      busy += 1;
      Object.assign(client, { f, value, stage: 1 });
      write(client.process, 'invoke', f, value);
      continue;
    }
    if (random.chance(crashRate)) {
      // Half of those that are lost act all the same.
      if (client.stage === 1 && random.chance(0.5)) state = script.act(state, client.f, client.value).state;
      write(client.process, 'info', client.f, client.value);
      client.process = nextProcess;
      nextProcess += 1;
      client.stage = 0;
      busy -= 1;
      continue;
    }
    if (client.stage === 1) {
      const { state: after, answer } = script.act(state, client.f, client.value);
      state = after;
      client.answer = answer;
      client.stage = 2;
      continue;
    }
    write(client.process, client.answer === undefined ? 'fail' : 'ok', client.f, client.answer ?? client.value);
    client.stage = 0;
    busy -= 1;
  }
  return { events };
}

/** A register whose clients read, write and swap a few values. */
export const registerScript = (
  values: number,
  options: { readonly cas?: boolean; readonly unique?: boolean } = {},
): Script<Json> => ({
  initial: null,
  ask(random, number) {
    const kind = random.below(options.cas ? 3 : 2);
    if (kind === 0) return { f: 'read', value: null };
    if (kind === 1) return { f: 'write', value: options.unique ? number + 1 : random.below(values) };
    return { f: 'cas', value: [random.below(values), random.below(values)] };
  },
  act(state, f, value) {
    if (f === 'read') return { state, answer: state };
    if (f === 'write') return { state: value, answer: value };
    const [from, to] = value as [Json, Json];
    return from === state ? { state: to, answer: value } : { state, answer: undefined };
  },
});

/** The same history with answers of some reads replaced, or a refusal called a success: often not linearizable. */
export function withLies(history: History, lies: number, random: Random): History {
  const events = [...history.events] as OperationEvent[];
  const answers = events.filter(({ type, f }) => type === 'ok' && f === 'read');
  const refusals = events.filter(({ type }) => type === 'fail');
  if (answers.length < 2) return history;
  for (let lie = 0; lie < lies; lie += 1) {
    const refusal = refusals[random.below(refusals.length * 2)];
    if (refusal !== undefined) {
      events[refusal.index] = { ...refusal, type: 'ok' };
      continue;
    }
    const victim = answers[random.below(answers.length)]!;
    const other = answers[random.below(answers.length)]!;
    events[victim.index] = { ...victim, value: other.value };
  }
  return { events };
}
