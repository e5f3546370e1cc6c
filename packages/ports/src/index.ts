import './platform.ts';

export type { Clock, Timer } from './clock.ts';
export type { Combined, Crypto, Digest, GroupKey, Share, Verifier } from './crypto.ts';
export type { Network, NetworkListener, NodeIndex } from './network.ts';
export type { Ports } from './ports.ts';
export type { Random } from './random.ts';
export type {
  AttestableOutcome,
  HostError,
  Sandbox,
  StepCode,
  StepLimit,
  StepLimits,
  StepOrder,
  StepOutcome,
  StepRun,
  StepRunner,
  StepUsage,
  Unfinished,
} from './sandbox.ts';
export type { Log, Storage } from './storage.ts';
export { StorageCorrupt, StorageFailed } from './storage.ts';
export type { Json, Trace } from './trace.ts';
