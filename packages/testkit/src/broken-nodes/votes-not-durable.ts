import { type Rules, soundRules } from '@qflow/engine';

/** Keeps its votes in memory only: a restart makes it forget what it signed. */
export const votesNotDurable: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    votesAreDurable: false,
  },
};
