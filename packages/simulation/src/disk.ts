import type { Log, Random, Storage } from '@qflow/ports';
import { StorageCorrupt, StorageFailed } from '@qflow/ports';
import type { Fingerprint } from './fingerprint.ts';
import type { Incarnation } from './incarnation.ts';
import { eventKind } from './scheduler.ts';

interface StoredRecord {
  readonly bytes: Uint8Array;
  /** Set by a fault: the record's checksum no longer holds. */
  damaged: boolean;
}

interface StoredLog {
  durable: StoredRecord[];
  /** Written, but not synced: the next crash may take any end of it. */
  unsynced: StoredRecord[];
}

/** What becomes of writes that were not synced. `lost`: power failed; `kept`: only the process died, the system lives. */
export type UnsyncedFate = 'lost' | 'kept';

/** One node's disk: the only thing of a node that outlives its crash. */
export class Disk {
  readonly #random: Random;
  readonly #fingerprint: Fingerprint;
  #logs = new Map<string, StoredLog>();
  #failure: string | null = null;

  constructor(random: Random, fingerprint: Fingerprint) {
    this.#random = random;
    this.#fingerprint = fingerprint;
  }

  /** Unsynced records are lost, all or from a seeded place on: a system may have written some of them in time. */
  crash(unsynced: UnsyncedFate): void {
    for (const log of this.#logs.values()) {
      const count = log.unsynced.length;
      if (count > 0) {
        const survivors = unsynced === 'kept' ? count : this.#random.unit() < 0.5 ? 0 : this.#random.between(0, count);
        // The record after the survivors may be half there. Opening a log cuts a torn tail away, so it is gone either way.
        log.durable.push(...log.unsynced.slice(0, survivors));
        log.unsynced = [];
      }
    }
  }

  /** Loses everything, as a replaced disk does. */
  wipe(): void {
    this.#logs = new Map();
  }

  /** Cuts the last `count` records off a log, as a torn tail of that length would be. */
  tear(name: string, count: number): void {
    const log = this.#logs.get(name);
    if (log !== undefined && count > 0) {
      log.durable.splice(Math.max(0, log.durable.length - count));
    }
  }

  /** Leaves half of one more record at the end of a log, as a crash in the middle of a write does. */
  leaveTornRecord(name: string): void {
    const log = this.#logs.get(name);
    const last = log?.durable.at(-1);
    if (log === undefined || last === undefined) {
      throw new RangeError(`Log "${name}" has no durable record to tear another like it.`);
    }
    log.durable.push({ bytes: last.bytes.slice(0, Math.ceil(last.bytes.length / 2)), damaged: true });
  }

  /** Breaks the checksum of a durable record, counted from 0. */
  damage(name: string, position: number): void {
    const record = this.#logs.get(name)?.durable[position];
    if (record === undefined) {
      throw new RangeError(`Log "${name}" has no durable record ${position} to damage.`);
    }
    record.damaged = true;
  }

  /** From now on every write fails with this code (`ENOSPC`, `EIO`); null lets them through again. */
  failWrites(code: string | null): void {
    this.#failure = code;
  }

  /** The names of its logs, sorted, and how many durable records each holds. */
  contents(): ReadonlyMap<string, number> {
    const names = [...this.#logs.keys()].sort();
    return new Map(names.map((name) => [name, this.#logs.get(name)?.durable.length ?? 0]));
  }

  /** How many bytes all records have together, synced or not. */
  usedBytes(): number {
    const records = [...this.#logs.values()].flatMap(({ durable, unsynced }) => [...durable, ...unsynced]);
    return records.reduce((total, { bytes }) => total + bytes.length, 0);
  }

  storage(life: Incarnation): Storage {
    return { openLog: (name) => this.#open(name, life) };
  }

  #open(name: string, life: Incarnation): Log {
    const found = this.#logs.get(name);
    const log = found ?? { durable: [], unsynced: [] };
    if (found === undefined && life.alive) {
      this.#logs.set(name, log);
    }
    cutTornTail(name, log);
    const atOpening = [...log.durable, ...log.unsynced].map((record) => record.bytes);
    let open = true;

    /** False for the dead, whose writes reach nothing. */
    const mayWrite = (): boolean => {
      if (!life.alive) {
        return false;
      }
      if (!open) {
        throw new StorageFailed(name, 'EBADF');
      }
      if (this.#failure !== null) {
        throw new StorageFailed(name, this.#failure);
      }
      return true;
    };

    return {
      existed: found !== undefined,
      records: () => atOpening,
      append: (bytes) => {
        if (mayWrite()) {
          this.#fingerprint.word((eventKind.append << 16) ^ bytes.length);
          log.unsynced.push(sound(bytes));
        }
      },
      sync: () => {
        if (mayWrite()) {
          this.#fingerprint.word((eventKind.sync << 16) ^ log.unsynced.length);
          for (const record of log.unsynced) {
            log.durable.push(record);
          }
          log.unsynced.length = 0;
        }
      },
      replace: (records) => {
        const replacement = [...records].map(sound);
        if (mayWrite()) {
          this.#fingerprint.word((eventKind.sync << 16) ^ replacement.length);
          log.durable = replacement;
          log.unsynced = [];
        }
      },
      close: () => {
        open = false;
      },
    };
  }
}

const sound = (bytes: Uint8Array): StoredRecord => ({ bytes: bytes.slice(), damaged: false });

function cutTornTail(name: string, log: StoredLog): void {
  const first = log.durable.findIndex((record) => record.damaged);
  if (first < 0) {
    return;
  }
  if (log.durable.slice(first).some((record) => !record.damaged)) {
    const offset = log.durable.slice(0, first).reduce((bytes, record) => bytes + record.bytes.length, 0);
    throw new StorageCorrupt(name, offset);
  }
  log.durable.splice(first);
}
