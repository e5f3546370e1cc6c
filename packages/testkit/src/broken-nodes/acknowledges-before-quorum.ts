import { type Rules, soundRules } from '@qflow/engine';

/** Answers a client from its own execution, before a quorum has stored the request. */
export const acknowledgesBeforeQuorum: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    answersWhen: 'submitted',
  },
};
