import type { Crypto, Digest, Log, Storage } from '@qflow/ports';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { struct, union } from '../codec/composites.ts';
import { Malformed } from '../codec/malformed.ts';
import { text, uint } from '../codec/scalars.ts';
import type { EngineConfiguration } from '../configuration.ts';
import type { Certificate } from './certificate.ts';
import { certificateCodec, voteCodec } from './messages.ts';
import { type SealedBlock, sealedBlockCodec } from './sealed-block.ts';
import type { Vote } from './vote.ts';

/** The log that holds a node's consensus: what it signed, and the blocks and certificates that it relied on. */
export const consensusLogName = 'consensus';

/** Written first of all. A log without it lost its beginning, and with it perhaps votes: see `on-status.ts`. */
export interface GenesisRecord {
  readonly type: 'genesis';
  readonly cluster: string;
  readonly epoch: number;
  readonly validators: number;
  readonly self: number;
}

export type LogRecord =
  | GenesisRecord
  | { readonly type: 'vote'; readonly vote: Vote }
  | { readonly type: 'certificate'; readonly certificate: Certificate }
  | { readonly type: 'block'; readonly block: SealedBlock };

export function recordCodec(hash: (bytes: Uint8Array) => Digest): Codec<LogRecord> {
  return union('type', {
    genesis: [1, struct({ cluster: text({ atMost: 256 }), epoch: uint(), validators: uint(16), self: uint(15) })],
    vote: [2, struct({ vote: voteCodec })],
    certificate: [3, struct({ certificate: certificateCodec })],
    block: [4, struct({ block: sealedBlockCodec(hash) })],
  });
}

export const genesisRecord = (configuration: EngineConfiguration): GenesisRecord => ({
  type: 'genesis',
  cluster: configuration.cluster,
  epoch: configuration.epoch,
  validators: configuration.validators,
  self: configuration.self,
});

/**
 * Marks a fresh disk as one on which this validator has not signed anything yet. Genesis does it, once in a cluster's
 * life: done again on a disk that was lost, it would let the node sign twice.
 * @throws Error when the log holds anything already; StorageFailed.
 */
export function initializeLog(
  storage: Storage,
  configuration: EngineConfiguration,
  crypto: Pick<Crypto, 'hash'>,
): void {
  const log = storage.openLog(consensusLogName);
  for (const _ of log.records()) {
    log.close();
    throw new Error(`Log "${consensusLogName}" holds records already. Genesis needs an empty data directory.`);
  }
  log.append(encode(recordCodec(crypto.hash), genesisRecord(configuration)));
  log.sync();
  log.close();
}

/** What a node finds of its earlier lives, in the order in which it was written. */
export interface Remembered {
  /** Whether the log reaches back to its genesis record; else votes may be missing from it. */
  readonly complete: boolean;
  readonly records: readonly LogRecord[];
}

/** @throws Error when the log is of another validator, or holds what this engine never wrote. */
export function readLog(log: Log, configuration: EngineConfiguration, codec: Codec<LogRecord>): Remembered {
  const records: LogRecord[] = [];
  let complete = false;
  for (const bytes of log.records()) {
    const record = decodeRecord(codec, bytes, records.length);
    if (record.type === 'genesis') {
      checkOwner(record, configuration);
      complete = true;
    }
    records.push(record);
  }
  return { complete, records };
}

function decodeRecord(codec: Codec<LogRecord>, bytes: Uint8Array, position: number): LogRecord {
  try {
    return decode(codec, bytes);
  } catch (thrown) {
    if (thrown instanceof Malformed) {
      throw new Error(
        `Record ${position} of log "${consensusLogName}" is not of this version's format (${thrown.message}). Restore the data directory from a backup, or wipe it and let the node sync from its peers.`,
      );
    }
    throw thrown;
  }
}

function checkOwner(found: GenesisRecord, configuration: EngineConfiguration): void {
  const wanted = genesisRecord(configuration);
  for (const field of ['cluster', 'epoch', 'validators', 'self'] as const) {
    if (found[field] !== wanted[field]) {
      throw new Error(
        `Log "${consensusLogName}" belongs to ${field} ${found[field]}, but the configuration says ${wanted[field]}. Give each validator its own data directory.`,
      );
    }
  }
}
