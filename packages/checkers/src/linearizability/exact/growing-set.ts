import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { inThisOrder, violation } from './chain.ts';

/**
 * Decides a set to which distinct elements are only added and which is read whole, in time about linear in the size of
 * the history, or returns undefined when this is none: what reads saw must grow, and that order must fit real time.
 */
export function growingSet(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const addOf = new Map<string, number>();
  const reads: { readonly at: number; readonly elements: readonly Json[] }[] = [];
  for (let at = 0; at < calls.length; at += 1) {
    const { f, value, result } = calls[at]!;
    if (f === 'add') {
      const element = JSON.stringify(value);
      if (addOf.has(element)) return undefined;
      addOf.set(element, at);
    } else if (f !== 'read') {
      return undefined;
    } else if (result !== undefined) {
      if (!Array.isArray(result)) return undefined;
      reads.push({ at, elements: result });
    }
  }

  reads.sort((one, other) => one.elements.length - other.elements.length);
  const groups: Operation[][] = [];
  const seen = new Set<string>();
  let before: Operation | undefined;
  for (const { at, elements } of reads) {
    const read = operations[at]!;
    const added: Operation[] = [];
    let known = 0;
    for (const element of elements) {
      const name = JSON.stringify(element);
      const add = addOf.get(name);
      if (add === undefined) return violation(`a read saw ${name}, which nobody added`, [read]);
      if (seen.has(name)) known += 1;
      else {
        seen.add(name);
        added.push(operations[add]!);
      }
    }
    if (known + added.length < elements.length) return violation('a read saw an element twice', [read]);
    if (seen.size > elements.length) {
      return violation('two reads each saw what the other did not', before === undefined ? [read] : [before, read]);
    }
    if (added.length > 0 || groups.length === 0) groups.push(added, [read]);
    else groups[groups.length - 1]!.push(read);
    before = read;
  }

  const unseen = [...addOf].filter(([element]) => !seen.has(element)).map(([, at]) => operations[at]!);
  // An addition that may not have happened, and that nobody saw, did not happen.
  groups.push(unseen.filter(({ completedAt }) => completedAt !== Number.POSITIVE_INFINITY));
  return inThisOrder(groups);
}
