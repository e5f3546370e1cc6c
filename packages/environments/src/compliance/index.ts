export { environmentCompliance } from './environment-compliance.ts';
export { type LiveEvent, type LiveHistory, liveHistory } from './live-history.ts';
