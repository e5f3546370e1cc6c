export * from '@qflow/chaos';
export * from '@qflow/checkers';
export { processes, simulation } from '@qflow/environments';
export * from '@qflow/report';
export { experimentCatalogue, quickSet } from '@qflow/suites';
export { qflow } from '@qflow/targets';
