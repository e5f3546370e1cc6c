import type { History, Json, OperationEvent } from '../history/history.ts';
import type { Random } from './random.ts';

/** The history with answers of operations of one kind exchanged: what any client saw, some other client really saw. */
export function lied(history: History, lies: number, random: Random): History {
  const events = [...history.events] as OperationEvent[];
  const answers = events.filter(({ type, f }) => type === 'ok' && ANSWERS.has(f));
  if (answers.length < 2) return history;
  for (let lie = 0; lie < lies; lie += 1) {
    const victim = answers[random.below(answers.length)]!;
    const same = answers.filter(({ f }) => f === victim.f);
    const other = same[random.below(same.length)]!;
    const value = random.chance(0.4) ? bent(events[victim.index]!.value) : other.value;
    events[victim.index] = { ...victim, value };
  }
  return { events };
}

function bent(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  return Array.isArray(value) ? value.slice(0, -1) : value;
}

/** What these answer was not known when they were asked. */
const ANSWERS = new Set(['read', 'get', 'contains', 'dequeue', 'pop', 'poll']);
