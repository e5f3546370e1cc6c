import { type Checker, type DeedEvent, fail, inconclusive, isDeed, isNodeEvent, pass } from '@qflow/checkers';

/**
 * Every node that was harmed votes again after it was healed: it is a validator once more, not only a process.
 * Reads deeds `healed` with `{nodes}`, and node events `vote`.
 */
export function votesAgain(): Checker {
  return {
    name: 'votes-again',

    check({ events }) {
      const healed = events.filter(isDeed).filter(({ phase }) => phase === 'healed');
      if (healed.length === 0) return inconclusive('nothing was healed');

      const votes = events.filter(isNodeEvent).filter(({ event }) => event === 'vote');
      for (const deed of healed) {
        for (const node of nodesOf(deed)) {
          if (votes.some((vote) => vote.node === node && vote.time > deed.time)) continue;
          return fail(`${node} has not voted again since "${deed.f}" was healed`, [{ ...deed }]);
        }
      }
      return pass();
    },
  };
}

function nodesOf({ value }: DeedEvent): readonly unknown[] {
  const nodes = typeof value === 'object' && value !== null && 'nodes' in value ? value.nodes : [];
  return Array.isArray(nodes) ? nodes : [];
}
