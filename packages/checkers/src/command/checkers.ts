import type { Checker } from '../checker.ts';
import { setFull } from '../delivery/set-full.ts';
import { totalQueue } from '../delivery/total-queue.ts';
import type { History, Json } from '../history/history.ts';
import { isOperation } from '../history/history.ts';
import type { Budget } from '../linearizability/budget.ts';
import { linearizable } from '../linearizability/linearizable.ts';
import { models } from '../linearizability/models/catalogue.ts';
import { bank } from '../transactions/bank.ts';
import type { Level } from '../transactions/levels.ts';
import { listAppend } from '../transactions/list-append.ts';
import { longFork } from '../transactions/long-fork.ts';
import { rwRegister } from '../transactions/rw-register.ts';

export interface CheckerOptions {
  readonly initial?: Json;
  readonly level: Level;
  readonly nullRead: 'absent' | 'unknown';
  readonly refusedCas: 'nothing' | 'differs';
  readonly budget: Budget;
}

type Make = (options: CheckerOptions, history: History) => Checker;

/** What the command calls a model: sequential objects, and checkers of whole workloads. */
const CHECKERS: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...['register', 'cas-register', 'kv', 'counter', 'set', 'queue', 'stack', 'priority-queue', 'mutex', 'list'].map(
    (name): [string, Make] => [name, (options, history) => ofModel(variantOf(name, history), options)],
  ),
  ['list-append', ({ level, budget }) => listAppend({ level, budget })],
  ['rw-register', ({ level, budget }) => rwRegister({ level, budget })],
  ['set-full', () => setFull()],
  ['total-queue', () => totalQueue()],
  ['bank', ({ initial }) => bank(typeof initial === 'number' ? { total: initial } : {})],
  ['long-fork', () => longFork()],
]);

export const checkerNames = (): readonly string[] => [...CHECKERS.keys()];

export const checkerOf = (name: string, options: CheckerOptions, history: History): Checker =>
  CHECKERS.get(name)!(options, history);

const ofModel = (name: string, { budget, ...options }: CheckerOptions): Checker =>
  linearizable({ model: models.get(name)!(options), budget });

/** A set that is asked for single elements can be judged element by element. */
function variantOf(name: string, history: History): string {
  if (name !== 'set') return name;
  const asked = new Set(history.events.filter(isOperation).map(({ f }) => f));
  return asked.has('contains') && !asked.has('read') ? 'elements' : name;
}
