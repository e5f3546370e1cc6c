import { type Rules, soundRules } from '@qflow/engine';

/** Votes to notarize every proposal of a view that it sees, also a second one. */
export const doubleVote: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    mayNotarize: () => true,
  },
};
