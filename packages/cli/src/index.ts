/** What an experiment of one's own needs: the framework, its judges, places to run in, systems to test, formats to report in. */
export * from '@qflow/chaos';
export * as checkers from '@qflow/checkers';
export { processes, simulation } from '@qflow/environments';
export * from '@qflow/report';
export { experimentCatalogue, quickSet } from '@qflow/suites';
export { qflow } from '@qflow/targets';
