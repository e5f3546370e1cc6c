export { proofFromJson } from './api/answer-json.ts';
export { runQflow } from './command/run-qflow.ts';
export { clusterVerifier } from './crypto/threshold-crypto.ts';
export { type ClusterFile, readClusterFile } from './genesis/cluster-file.ts';
export { type Genesis, type GenesisOptions, genesis } from './genesis/genesis.ts';
export { nodeProgram } from './process/node-program.ts';
export type { RunOptions } from './process/run-node.ts';
export { logRecords } from './storage/log-file.ts';
