import { expect } from 'vitest';
import { type Log, type Storage, StorageCorrupt } from '../storage.ts';
import { type Check, type Closable, compliance, isSame } from './check.ts';

export interface LogSubject extends Closable {
  /** An empty disk, until the first crash. */
  readonly storage: Storage;
  /** Ends the process that uses the storage, as harshly as it gets here, and gives the disk to the next one. */
  crash(): Storage;
  /** Breaks a stored record, counted from 0, while no process uses the disk: between `crash` and the next `openLog`. */
  damage(log: string, record: number): void;
  /** Loses the whole disk, while no process uses it. */
  wipe(): void;
}

/** Holds a storage and its logs against their port. */
export const logCompliance = (name: string, make: () => LogSubject | Promise<LogSubject>): void =>
  compliance(name, logChecks, make);

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textsIn = (log: Log): string[] => [...log.records()].map((record) => new TextDecoder().decode(record));

function store(log: Log, ...texts: string[]): void {
  for (const text of texts) {
    log.append(bytesOf(text));
  }
  log.sync();
}

export const logChecks: readonly Check<LogSubject>[] = [
  {
    name: 'says of a log whether it was there before, also when it stayed empty',
    run(subject) {
      const first = subject.storage.openLog('votes');
      expect(first.existed).toBe(false);
      expect(textsIn(first)).toEqual([]);
      first.sync();
      expect(subject.crash().openLog('votes').existed).toBe(true);
    },
  },
  {
    name: 'says of a log on a lost disk that it was not there',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a');
      const storage = subject.crash();
      subject.wipe();
      const log = storage.openLog('votes');
      expect(log.existed).toBe(false);
      expect(textsIn(log)).toEqual([]);
    },
  },
  {
    name: 'keeps synced records over a crash, byte for byte and in order',
    run(subject) {
      const log = subject.storage.openLog('votes');
      const large = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) >>> 3);
      const records = [Uint8Array.of(0, 255, 10, 13), new Uint8Array(0), large, Uint8Array.of(1)];
      for (const record of records) {
        log.append(record);
        log.sync();
      }
      const kept = [...subject.crash().openLog('votes').records()];
      expect(kept.map((record) => record.length)).toEqual(records.map((record) => record.length));
      expect(kept.every((record, index) => isSame(record, records[index] as Uint8Array))).toBe(true);
    },
  },
  {
    name: 'goes on after a crash where it stopped',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a');
      store(subject.crash().openLog('votes'), 'b');
      store(subject.crash().openLog('votes'), 'c');
      expect(textsIn(subject.crash().openLog('votes'))).toEqual(['a', 'b', 'c']);
    },
  },
  {
    name: 'loses of what was not synced nothing but an end',
    run(subject) {
      const log = subject.storage.openLog('votes');
      store(log, 'a');
      log.append(bytesOf('b'));
      log.append(bytesOf('c'));
      expect(['a', 'a b', 'a b c']).toContain(textsIn(subject.crash().openLog('votes')).join(' '));
    },
  },
  {
    name: 'tells the records that it held when it was opened, not later ones',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a');
      const log = subject.crash().openLog('votes');
      store(log, 'b');
      expect(textsIn(log)).toEqual(['a']);
    },
  },
  {
    name: 'replaces all records at once and durably, and goes on from there',
    run(subject) {
      const log = subject.storage.openLog('votes');
      store(log, 'a', 'b', 'c');
      log.replace([bytesOf('d'), bytesOf('e')]);
      const replaced = subject.crash().openLog('votes');
      expect(textsIn(replaced)).toEqual(['d', 'e']);
      replaced.replace([]);
      store(replaced, 'f');
      expect(textsIn(subject.crash().openLog('votes'))).toEqual(['f']);
    },
  },
  {
    name: 'keeps logs of different names apart',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a');
      store(subject.storage.openLog('chain'), 'b');
      const storage = subject.crash();
      expect(textsIn(storage.openLog('votes'))).toEqual(['a']);
      expect(textsIn(storage.openLog('chain'))).toEqual(['b']);
    },
  },
  {
    name: 'cuts off a damaged last record, for good',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a', 'b', 'c');
      const storage = subject.crash();
      subject.damage('votes', 2);
      const log = storage.openLog('votes');
      expect(textsIn(log)).toEqual(['a', 'b']);
      store(log, 'd');
      expect(textsIn(subject.crash().openLog('votes'))).toEqual(['a', 'b', 'd']);
    },
  },
  {
    name: 'refuses a log with a damaged record before sound ones',
    run(subject) {
      store(subject.storage.openLog('votes'), 'a', 'b', 'c');
      const storage = subject.crash();
      subject.damage('votes', 1);
      expect(() => storage.openLog('votes')).toThrow(StorageCorrupt);
      expect(() => storage.openLog('votes')).toThrow('"votes"');
    },
  },
];
