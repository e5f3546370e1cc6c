import type { Clock } from './clock.ts';
import type { Crypto } from './crypto.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Storage } from './storage.ts';
import type { Trace } from './trace.ts';

/** All that a node may ask of the world. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly storage: Storage;
  readonly crypto: Crypto;
  readonly trace: Trace;
}
