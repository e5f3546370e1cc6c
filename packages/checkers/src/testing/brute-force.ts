import type { History, Json, OperationEvent } from '../history/history.ts';

/** What an object does with an operation whose answer is known (`ok`) or not. Undefined: it would not have answered so. */
export type Oracle = (state: Json, f: string, value: Json, answer: Json | undefined) => Json | undefined;

interface Span {
  f: string;
  value: Json;
  answer: Json | undefined;
  begin: number;
  end: number;
  refused: boolean;
}

/**
 * Tries every order of the operations that agrees with real time. Written from the definition, on purpose without a
 * line of the checker: it pairs events, walks and steps by its own means. For histories of a dozen operations.
 */
export function isLinearizableByForce(history: History, initial: Json, oracle: Oracle): boolean {
  const spans: Span[] = [];
  const running = new Map<number, Span>();
  (history.events as readonly OperationEvent[]).forEach((event, at) => {
    if (event.type === 'invoke') {
      const span = { f: event.f, value: event.value, answer: undefined, begin: at, end: 1e9, refused: false };
      running.set(event.process, span);
      spans.push(span);
      return;
    }
    const span = running.get(event.process)!;
    if (event.type === 'ok') Object.assign(span, { answer: event.value, end: at });
    if (event.type === 'fail') span.refused = true;
  });
  const all = spans.filter(({ refused }) => !refused);

  const tried = new Set<string>();
  const place = (left: readonly Span[], state: Json): boolean => {
    if (left.every(({ end }) => end === 1e9)) return true;
    const been = `${JSON.stringify(state)} ${left.map(({ begin }) => begin).join(',')}`;
    if (tried.has(been)) return false;
    tried.add(been);
    const firstEnd = Math.min(...left.map(({ end }) => end));
    return left.some((span) => {
      if (span.begin > firstEnd) return false;
      const after = oracle(state, span.f, span.value, span.answer);
      return (
        after !== undefined &&
        place(
          left.filter((other) => other !== span),
          after,
        )
      );
    });
  };
  return place(all, initial);
}

export const registerOracle: Oracle = (state, f, value, answer) => {
  if (f === 'write') return value;
  if (f === 'read') return answer === undefined || JSON.stringify(answer) === JSON.stringify(state) ? state : undefined;
  const [from, to] = value as [Json, Json];
  return JSON.stringify(from) === JSON.stringify(state) ? to : undefined;
};
