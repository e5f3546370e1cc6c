import type { Json } from '../../history/history.ts';
import { counter } from './counter.ts';
import { keyValue } from './key-value.ts';
import { list } from './list.ts';
import type { Model } from './model.ts';
import { mutex } from './mutex.ts';
import { priorityQueue } from './priority-queue.ts';
import { queue } from './queue.ts';
import { type RegisterOptions, register } from './register.ts';
import { elements, set } from './set.ts';
import { stack } from './stack.ts';

/** Every model there is, by the name that people call it. */
export const models: ReadonlyMap<string, (options: RegisterOptions) => Model> = new Map(
  Object.entries({
    register: (options: RegisterOptions) => register(options) as Model,
    'cas-register': (options: RegisterOptions) => register(options) as Model,
    kv: (options: RegisterOptions) => keyValue(options) as Model,
    counter: ({ initial }: RegisterOptions) => counter(numberOf(initial)) as Model,
    set: () => set() as Model,
    elements: () => elements() as Model,
    queue: () => queue() as Model,
    stack: () => stack() as Model,
    'priority-queue': () => priorityQueue() as Model,
    mutex: () => mutex() as Model,
    list: () => list() as Model,
  }),
);

const numberOf = (initial: Json | undefined): { readonly initial?: number } =>
  typeof initial === 'number' ? { initial } : {};
