import type { History, Json, OperationEvent } from '../history/history.ts';

type Steps = readonly (readonly [f: string, key: Json, value: Json])[];

/**
 * Tries every serial order of the transactions, strict (in real time) or not. Written from the definition, without a
 * line of the checkers. For histories of half a dozen transactions.
 */
export function isSerialByForce(history: History, strict: boolean): boolean {
  const open = new Map<number, { begin: number; steps: Steps; end: number; outcome: string }>();
  const all: { begin: number; steps: Steps; end: number; outcome: string }[] = [];
  (history.events as readonly OperationEvent[]).forEach((event, at) => {
    if (event.type === 'invoke') {
      const transaction = { begin: at, steps: event.value as unknown as Steps, end: 1e9, outcome: 'info' };
      open.set(event.process, transaction);
      all.push(transaction);
      return;
    }
    const transaction = open.get(event.process)!;
    transaction.outcome = event.type;
    if (event.type === 'ok') Object.assign(transaction, { steps: event.value, end: at });
  });
  const kept = all.filter(({ outcome }) => outcome !== 'fail');

  const place = (left: typeof kept, state: Readonly<Record<string, Json>>): boolean => {
    if (left.every(({ outcome }) => outcome === 'info')) return true;
    const firstEnd = strict ? Math.min(...left.map(({ end }) => end)) : 1e9;
    return left.some((transaction) => {
      if (transaction.begin > firstEnd) return false;
      const after: Record<string, Json> = { ...state };
      for (const [f, key, value] of transaction.steps) {
        const name = JSON.stringify(key);
        if (f === 'w') after[name] = value;
        else if (f === 'append') after[name] = [...((after[name] as Json[] | undefined) ?? []), value];
        else if (transaction.outcome === 'ok' && JSON.stringify(after[name] ?? null) !== JSON.stringify(value))
          return false;
      }
      return place(
        left.filter((other) => other !== transaction),
        after,
      );
    });
  };
  return place(kept, {});
}
