import { acknowledgesBeforeQuorum } from './acknowledges-before-quorum.ts';
import type { BrokenNode } from './broken-node.ts';
import { doubleVote } from './double-vote.ts';
import { finalizeAfterTimeout } from './finalize-after-timeout.ts';
import { parentCertificateIgnored } from './parent-certificate-ignored.ts';
import { quorumTooSmall } from './quorum-too-small.ts';
import { votesNotDurable } from './votes-not-durable.ts';

/** Every broken node that there is. */
export const brokenNodes: readonly BrokenNode[] = [
  {
    name: 'double-vote',
    breaks: 'Votes to notarize every proposal of a view that it sees, also a second one.',
    rules: doubleVote,
  },
  {
    name: 'votes-not-durable',
    breaks: 'Keeps its votes in memory only: a restart makes it forget what it signed.',
    rules: votesNotDurable,
  },
  {
    name: 'quorum-too-small',
    breaks: 'Takes 2f shares for a quorum, so that two quorums may share no honest node.',
    rules: quorumTooSmall,
  },
  {
    name: 'parent-certificate-ignored',
    breaks: 'A leader builds on the last final block and ignores the certificate of the view before; voters let it.',
    rules: parentCertificateIgnored,
  },
  {
    name: 'finalize-after-timeout',
    breaks: 'Votes to finalize a view that it has given up.',
    rules: finalizeAfterTimeout,
  },
  {
    name: 'acknowledges-before-quorum',
    breaks: 'Answers a client from its own execution, before a quorum has stored the request.',
    rules: acknowledgesBeforeQuorum,
  },
];
