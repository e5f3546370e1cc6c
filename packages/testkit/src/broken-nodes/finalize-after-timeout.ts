import { type Rules, soundRules } from '@qflow/engine';

/** Votes to finalize a view that it has given up. */
export const finalizeAfterTimeout: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    mayFinalize: () => true,
  },
};
