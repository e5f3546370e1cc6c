import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import type { Call, Decision } from '../models/model.ts';
import { inThisOrder, violation } from './chain.ts';

/**
 * Decides a list to which distinct elements are only appended and which is read whole, or returns undefined when this
 * is none. A read shows the order of all the appends before it, so that nothing is left to search.
 */
export function growingList(operations: readonly Operation[], calls: readonly Call[]): Decision | undefined {
  const appendOf = new Map<string, Operation>();
  const reads: { readonly read: Operation; readonly elements: readonly Json[] }[] = [];
  let longest: { readonly read: Operation; readonly elements: readonly Json[] } | undefined;
  for (let at = 0; at < calls.length; at += 1) {
    const { f, value, result } = calls[at]!;
    if (f === 'append') {
      const element = JSON.stringify(value);
      if (appendOf.has(element)) return undefined;
      appendOf.set(element, operations[at]!);
    } else if (f !== 'read') {
      return undefined;
    } else if (result !== undefined) {
      const elements = result ?? [];
      if (!Array.isArray(elements)) return undefined;
      const entry = { read: operations[at]!, elements };
      reads.push(entry);
      if (longest === undefined || elements.length > longest.elements.length) longest = entry;
    }
  }
  if (longest === undefined) return { linearizable: true };

  const names = longest.elements.map((element) => JSON.stringify(element));
  const seen = new Set(names);
  if (seen.size < names.length) return violation('a read saw an element twice', [longest.read]);
  const readsOfLength = new Map<number, Operation[]>();
  for (const { read, elements } of reads) {
    const differs = elements.findIndex((element, place) => JSON.stringify(element) !== names[place]);
    if (differs !== -1) return violation('two reads saw different orders', [longest.read, read]);
    const same = readsOfLength.get(elements.length);
    if (same === undefined) readsOfLength.set(elements.length, [read]);
    else same.push(read);
  }

  const groups: Operation[][] = [readsOfLength.get(0) ?? []];
  for (const [place, name] of names.entries()) {
    const append = appendOf.get(name);
    if (append === undefined) return violation(`a read saw ${name}, which nobody appended`, [longest.read]);
    groups.push([append], readsOfLength.get(place + 1) ?? []);
  }
  const unseen = [...appendOf].filter(([name]) => !seen.has(name)).map(([, operation]) => operation);
  // An append that may not have happened, and that nobody saw, did not happen.
  groups.push(unseen.filter(({ completedAt }) => completedAt !== Number.POSITIVE_INFINITY));
  return inThisOrder(groups);
}
