import { type Rules, soundRules, toleratedFaults } from '@qflow/engine';

/** Takes 2f shares for a quorum, so that two quorums may share no honest node. */
export const quorumTooSmall: Rules = {
  ...soundRules,
  consensus: {
    ...soundRules.consensus,
    quorum: (validators) => Math.max(1, 2 * toleratedFaults(validators)),
  },
};
