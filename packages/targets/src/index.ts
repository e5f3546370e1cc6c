export type { QflowOptions } from './qflow/options.ts';
export { qflow } from './qflow/qflow.ts';
