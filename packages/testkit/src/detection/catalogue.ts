import type { Detection } from './detection.ts';

/** Leaders that propose at once look for a parent before the block of the view before is final everywhere. */
const eager = { blockIntervalMs: 0 };

/** For every experiment the broken node that it must catch. */
export const detections: readonly Detection[] = [
  {
    experiment: 'nodes/leader-failure',
    brokenNode: 'parent-certificate-ignored',
    by: ['agreement', 'linearizable', 'no-lost-writes'],
    timing: eager,
  },
  {
    experiment: 'nodes/leader-failure',
    brokenNode: 'parent-certificate-ignored',
    by: ['agreement', 'linearizable', 'no-lost-writes'],
    timing: eager,
    // Where messages overtake each other a node may see the second chain first, and make it final before it notices.
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
