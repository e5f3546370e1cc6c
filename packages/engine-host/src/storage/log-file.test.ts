import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, StorageCorrupt, StorageFailed } from '@qflow/ports';
import { logCompliance } from '@qflow/ports/compliance';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileStorage } from './file-storage.ts';
import { type Files, realFiles } from './files.ts';
import { logRecords } from './log-file.ts';

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(join(tmpdir(), 'qflow-log-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

const path = () => join(directory, 'votes.log');
const open = (files?: Files): Log => fileStorage(directory, files).openLog('votes');
const text = (records: Iterable<Uint8Array>) => [...records].map((record) => Buffer.from(record).toString());
const bytes = (value: string) => Buffer.from(value);

function write(...groups: string[][]): number[] {
  const log = open();
  const ends: number[] = [];
  for (const group of groups) {
    for (const record of group) {
      log.append(bytes(record));
    }
    log.sync();
    ends.push(fs.statSync(path()).size);
  }
  log.close();
  return ends;
}

function reopened(): string[] {
  const log = open();
  try {
    return text(log.records());
  } finally {
    log.close();
  }
}

logCompliance('a log in a file', () => ({
  storage: fileStorage(directory),
  crash: () => fileStorage(directory),
  wipe: () => fs.rmSync(directory, { recursive: true }),
  damage(log, record) {
    const file = join(directory, `${log}.log`);
    const damaged = fs.readFileSync(file);
    damaged[logRecords(damaged)[record]!.end - 1]! ^= 1;
    fs.writeFileSync(file, damaged);
  },
}));

describe('a log in a file', () => {
  test('gives back what was synced, in order, also empty records', () => {
    write(['a', ''], ['b'], ['c', 'd', 'e']);

    expect(reopened()).toEqual(['a', '', 'b', 'c', 'd', 'e']);
  });

  test('tells a first start from a later one', () => {
    expect(open().existed).toBe(false);
    expect(open().existed).toBe(true);
  });

  test('keeps what it held at its opening readable, whatever is appended or replaced since', () => {
    write(['a', 'b']);
    const log = open();
    log.append(bytes('c'));
    log.sync();
    log.replace([bytes('x')]);

    expect(text(log.records())).toEqual(['a', 'b']);
    log.append(bytes('y'));
    log.close();
    expect(reopened()).toEqual(['x', 'y']);
  });

  test('gives back any records', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), { maxLength: 5 }),
        (groups) => {
          const log = open();
          log.replace([]);
          for (const group of groups) {
            for (const record of group) {
              log.append(record);
            }
            log.sync();
          }
          log.close();
          const again = open();
          expect([...again.records()].map((record) => [...record])).toEqual(groups.flat().map((record) => [...record]));
          again.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('copies a record, so that the caller may use its buffer again', () => {
    const log = open();
    const buffer = bytes('abc');
    log.append(buffer);
    buffer.fill(0);
    log.close();

    expect(reopened()).toEqual(['abc']);
  });
});

const records = ['one', 'two', '', 'three', 'four'];

describe('a torn tail', () => {
  test('is cut at every byte, and appending goes on from there', () => {
    write(['one'], ['two', '', 'three'], ['four']);
    const whole = fs.readFileSync(path());
    const ends = logRecords(whole).map(({ end }) => end);
    expect(ends.length).toBe(5);

    for (let length = 16; length <= whole.length; length++) {
      fs.writeFileSync(path(), whole.subarray(0, length));
      const held = records.slice(0, ends.filter((end) => end <= length).length);
      const log = open();
      expect(text(log.records())).toEqual(held);
      log.append(bytes('next'));
      log.close();
      expect(reopened()).toEqual([...held, 'next']);
    }
  });

  test('is cut when it is full of zeros or of noise, as after a power failure', () => {
    write(['one']);
    for (const tail of [Buffer.alloc(10_000), Buffer.alloc(10_000, 1), Buffer.from('lost in flight '.repeat(500))]) {
      fs.appendFileSync(path(), tail);
      expect(reopened()).toEqual(['one']);
    }
  });

  test('is not mistaken for a damaged middle when a record holds the bytes of a log', () => {
    write(['inner']);
    const inner = fs.readFileSync(path());
    fs.rmSync(path());
    const log = open();
    log.append(bytes('one'));
    log.append(inner);
    log.close();
    fs.truncateSync(path(), fs.statSync(path()).size - 1);

    expect(reopened()).toEqual(['one']);
  });

  test('in the head is refused: a log gets its name only with the head complete', () => {
    write(['one']);
    fs.truncateSync(path(), 5);

    expect(() => open()).toThrow(StorageCorrupt);
  });
});

describe('one flipped byte', () => {
  test('is refused everywhere but in the last record, where it cannot be told from a torn write', () => {
    write(['one'], ['two', '', 'three'], ['four']);
    const whole = fs.readFileSync(path());
    const places = logRecords(whole);

    for (let offset = 0; offset < whole.length; offset++) {
      const damaged = Buffer.from(whole);
      damaged[offset]! ^= 0x40;
      fs.writeFileSync(path(), damaged);
      const at = places.find(({ end }) => offset < end)!.start;
      if (offset < 16) {
        expect(() => open()).toThrow(expect.objectContaining({ name: 'StorageCorrupt', offset: 0 }));
      } else if (at < places.at(-1)!.start) {
        expect(() => open()).toThrow(expect.objectContaining({ name: 'StorageCorrupt', log: 'votes', offset: at }));
        expect(fs.readFileSync(path()).equals(damaged), 'a refused log is left as it was').toBe(true);
      } else {
        expect(reopened()).toEqual(['one', 'two', '', 'three']);
      }
    }
  });
});

describe('a disk that fails', () => {
  const failure = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });

  /** Takes `room` more bytes, then refuses, after a short write as the kernel does. */
  function smallDisk(room: { bytes: number }): Files {
    return {
      ...realFiles,
      writeSync: ((file: number, buffer: Uint8Array, offset: number, length: number, position: number) => {
        const taken = Math.min(length, room.bytes);
        if (taken === 0) {
          throw failure('ENOSPC');
        }
        room.bytes -= taken;
        return realFiles.writeSync(file, buffer, offset, taken, position);
      }) as Files['writeSync'],
    };
  }

  test('that is full loses the refused records alone, and goes on when there is room again', () => {
    const room = { bytes: 1000 };
    const log = open(smallDisk(room));
    log.append(bytes('kept'));
    log.sync();
    const size = fs.statSync(path()).size;

    room.bytes = 9;
    log.append(bytes('refused'));
    expect(() => log.sync()).toThrow(new StorageFailed('votes', 'ENOSPC'));
    expect(fs.statSync(path()).size).toBe(size);

    room.bytes = 1000;
    log.append(bytes('later'));
    log.sync();
    log.close();
    expect(reopened()).toEqual(['kept', 'later']);
  });

  test('cuts away records whose sync failed, at the latest before the next write', () => {
    const broken = { sync: false, truncate: false };
    const files: Files = {
      ...realFiles,
      fdatasyncSync: (file) => {
        if (broken.sync) throw failure('EIO');
        realFiles.fdatasyncSync(file);
      },
      ftruncateSync: (file, length) => {
        if (broken.truncate) throw failure('EIO');
        realFiles.ftruncateSync(file, length);
      },
    };
    const log = open(files);
    broken.sync = broken.truncate = true;
    log.append(bytes('a long record that was never acknowledged'));
    expect(() => log.sync()).toThrow(StorageFailed);
    log.append(bytes('refused as well'));
    expect(() => log.sync()).toThrow(StorageFailed);

    broken.sync = broken.truncate = false;
    log.append(bytes('b'));
    log.sync();
    log.close();
    expect(reopened()).toEqual(['b']);
  });

  test('leaves the old records when replacing them fails', () => {
    const room = { bytes: 1000 };
    const log = open(smallDisk(room));
    log.append(bytes('old'));
    log.sync();

    room.bytes = 30;
    expect(() => log.replace([bytes('new and far too long')])).toThrow(new StorageFailed('votes', 'ENOSPC'));
    room.bytes = 1000;
    log.append(bytes('appended'));
    log.close();
    expect(reopened()).toEqual(['old', 'appended']);
    expect(fs.readdirSync(directory)).toEqual(['votes.log']);
  });

  test('that refuses the directory says so', () => {
    fs.writeFileSync(join(directory, 'file'), '');

    expect(() => fileStorage(join(directory, 'file')).openLog('votes')).toThrow(StorageFailed);
  });

  test('forgets a replacement that a crash left half-way', () => {
    write(['old']);
    fs.writeFileSync(`${path()}.new`, 'half');

    expect(reopened()).toEqual(['old']);
    expect(fs.readdirSync(directory)).toEqual(['votes.log']);
  });
});
