export type { Disk, UnsyncedFate } from './disk.ts';
export { fastHash } from './hash.ts';
export { type IdealCrypto, idealCrypto } from './ideal-crypto.ts';
export type { LinkRule, TransportTiming } from './link.ts';
export { healthyLink, usualTransport } from './link.ts';
export type { SimulatedNetwork } from './network.ts';
export type { MachineClock } from './node-clock.ts';
export { createRandom } from './random.ts';
export { createWorld, type Ended, type RunUntil, type Traced, type World, type WorldSettings } from './world.ts';
