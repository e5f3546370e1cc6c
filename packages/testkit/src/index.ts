export * from './fake-cluster/index.ts';
