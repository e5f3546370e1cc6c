export { CommandRefused } from './qflow/control-api.ts';
export type { QflowOptions } from './qflow/options.ts';
export { qflow } from './qflow/qflow.ts';
