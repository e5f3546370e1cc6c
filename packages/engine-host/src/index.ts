export { proofFromJson } from './api/answer-json.ts';
export { clusterVerifier } from './crypto/threshold-crypto.ts';
export { type ClusterFile, readClusterFile } from './genesis/cluster-file.ts';
export { type Genesis, type GenesisOptions, genesis } from './genesis/genesis.ts';
export { logRecords } from './storage/log-file.ts';
