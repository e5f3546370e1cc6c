import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import { keyOf, type ValueKey } from '../../history/value-key.ts';
import type { Call, Decision } from '../models/model.ts';
import { violation } from './chain.ts';

/** Something that was put into a container once and taken out at most once. */
export interface Item {
  readonly value: Json;
  readonly put: Operation;
  /** Undefined: nobody was seen to take it. */
  take: Operation | undefined;
}

export interface Items {
  /** Those that were surely put in, or seen. */
  readonly items: readonly Item[];
  /** Answers that there was nothing to take. */
  readonly empties: readonly Operation[];
  /** Takes whose answer is unknown. */
  readonly pending: readonly Operation[];
}

/** What a container calls its operations. */
export interface ItemWords {
  /** The name of the operation that puts an item in. */
  readonly put: string;
  readonly wasPut: string;
  readonly wasTaken: string;
}

export const NEVER = Number.POSITIVE_INFINITY;

/**
 * The items of a history in which all are different; a violation when one came from nowhere or was taken twice;
 * undefined when two were put in that look the same.
 */
export function itemsOf(
  operations: readonly Operation[],
  calls: readonly Call[],
  words: ItemWords,
): Items | Decision | undefined {
  const items = new Map<ValueKey, Item>();
  const empties: Operation[] = [];
  const pending: Operation[] = [];
  for (let at = 0; at < calls.length; at += 1) {
    const { f, value } = calls[at]!;
    if (f !== words.put) continue;
    const name = keyOf(value);
    if (items.has(name)) return undefined;
    items.set(name, { value, put: operations[at]!, take: undefined });
  }

  for (let at = 0; at < calls.length; at += 1) {
    const { f, result } = calls[at]!;
    if (f === words.put) continue;
    const take = operations[at]!;
    if (result === undefined) {
      pending.push(take);
      continue;
    }
    if (result === null) {
      empties.push(take);
      continue;
    }
    const item = items.get(keyOf(result));
    if (item === undefined) {
      return violation(`${JSON.stringify(result)} was ${words.wasTaken}, which nobody ${words.wasPut}`, [take]);
    }
    if (item.take !== undefined) {
      return violation(`${show(item)} was ${words.wasTaken} twice`, [item.put, item.take, take]);
    }
    if (take.completedAt < item.put.invokedAt) {
      return violation(`${show(item)} was ${words.wasTaken} before its ${words.put} began`, [take, item.put]);
    }
    item.take = take;
  }

  // A put that may not have happened, and whose item nobody saw, did not happen.
  const present = [...items.values()].filter(({ put, take }) => take !== undefined || put.completedAt !== NEVER);
  return { items: present, empties, pending };
}

export const show = ({ value }: Item): string => JSON.stringify(value);

/** The operations of an item. */
export const operationsOf = ({ put, take }: Item): readonly Operation[] => (take === undefined ? [put] : [put, take]);
