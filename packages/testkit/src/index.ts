export type { BrokenNode } from './broken-nodes/broken-node.ts';
export { brokenNodes } from './broken-nodes/catalogue.ts';
export * from './fake-cluster/index.ts';
export { type ConsensusRun, type Oracle, type RunSettings, runConsensus } from './worlds/consensus-run.ts';
