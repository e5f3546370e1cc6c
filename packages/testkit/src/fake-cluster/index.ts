export type { FakeCluster, FakeEnvironment } from './fake-cluster.ts';
export { fakeCluster, fakeEnvironment, fakeTarget } from './fake-cluster.ts';
export { FAILOVER_MS } from './fake-system.ts';
export type { Flaws } from './flaws.ts';
export { virtualClock } from './virtual-clock.ts';
