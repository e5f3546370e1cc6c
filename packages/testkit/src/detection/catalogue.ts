import type { Detection } from './detection.ts';

/** For every experiment the broken node that it must catch. */
export const detections: readonly Detection[] = [
  {
    experiment: 'nodes/leader-failure',
    brokenNode: 'parent-certificate-ignored',
    by: ['agreement', 'linearizable', 'no-lost-writes'],
    // Two final chains are noticed by each node that sees both: it stops, and says why, before it would contradict itself.
    orStops: { by: ['recovered', 'back-to-steady-state'], event: 'halted', reason: 'is finalized on another chain' },
  },
  {
    experiment: 'nodes/leader-failure',
    brokenNode: 'parent-certificate-ignored',
    by: ['agreement', 'linearizable', 'no-lost-writes'],
    // Only where messages overtake each other may a node see the second chain first, and make it final.
    links: { delayMs: 5, jitterMs: 20, loss: 0.1, reorder: 0.9 },
  },
  {
    experiment: 'nodes/multiple-failures',
    brokenNode: 'acknowledges-before-quorum',
    by: ['linearizable', 'no-lost-writes'],
    trustsNodes: true,
  },
  {
    experiment: 'nodes/recovery-and-rejoin',
    brokenNode: 'votes-not-durable',
    by: ['consistent-votes'],
  },
];
