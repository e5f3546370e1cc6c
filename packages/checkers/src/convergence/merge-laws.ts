import { fail, inconclusive, pass, type Verdict } from '../verdict.ts';

export interface MergeLaws<State> {
  readonly states: readonly State[];
  merge(one: State, other: State): State;
  /** A text that is the same for equal states. */
  identity(state: State): string;
  /** Triples of states beyond this many are not tried. 20,000 by default. */
  readonly triples?: number;
}

/** Whether merging is idempotent, commutative and associative on recorded states: what makes a join semilattice. */
export function mergeLaws<State>({ states, merge, identity, triples = 20_000 }: MergeLaws<State>): Verdict {
  if (states.length === 0) return inconclusive('no state was recorded');
  const same = (one: State, other: State) => identity(one) === identity(other);
  const shown = (...shownStates: readonly State[]) => [{ states: shownStates.map(identity) }];

  for (const one of states) {
    if (!same(merge(one, one), one)) return fail('merging a state with itself changes it', shown(one));
  }
  let tried = 0;
  for (const one of states) {
    for (const other of states) {
      const both = merge(one, other);
      if (!same(both, merge(other, one)))
        return fail('merging two states depends on which comes first', shown(one, other));
      if (!same(merge(both, one), both)) return fail('merging again what was merged changes it', shown(one, other));
      for (const third of states) {
        if (tried >= triples) break;
        tried += 1;
        if (same(merge(both, third), merge(one, merge(other, third)))) continue;
        return fail('merging three states depends on how they are grouped', shown(one, other, third));
      }
    }
  }
  return pass([{ states: states.length, triples: tried }]);
}
