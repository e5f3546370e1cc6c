import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { type Log, StorageCorrupt, StorageFailed } from '@qflow/ports';
import { crc32c } from './crc32c.ts';
import { codeOf, type Files, readWhole, syncDirectory, writeWhole } from './files.ts';
import { encodeFrame, endOfFrame, frameHeadBytes } from './frame.ts';

/** The head of a log file: what it is and the version of its format, its own salt for checksums (4 bytes), its CRC-32C. */
const magic = Buffer.from('QFLOWLG\x01', 'latin1');
const headBytes = magic.length + 8;

function newHead(): Buffer {
  const head = Buffer.concat([magic, randomBytes(4), Buffer.alloc(4)]);
  head.writeUInt32LE(crc32c(head.subarray(0, headBytes - 4)), headBytes - 4);
  return head;
}

function isHead(bytes: Buffer): boolean {
  return (
    bytes.length >= headBytes &&
    bytes.subarray(0, magic.length).equals(magic) &&
    bytes.readUInt32LE(headBytes - 4) === crc32c(bytes.subarray(0, headBytes - 4))
  );
}

/** A log in one append-only file. See `frame.ts` for its format. */
export function openLogFile(files: Files, name: string, path: string): Log {
  const temporary = `${path}.new`;
  const existed = files.existsSync(path);
  // Left by a crash inside `replace`, before the rename: the old file still counts.
  files.rmSync(temporary, { force: true });

  let file: number;
  let salt: number;
  /** Up to here the file is whole and synced. */
  let soundEnd: number;
  /** A failed write may have left bytes after `soundEnd`, even whole records that were never acknowledged. */
  let mustTruncate = false;
  let pending: Uint8Array[] = [];

  if (existed) {
    file = files.openSync(path, 'r+');
    ({ salt, soundEnd } = recover());
  } else {
    ({ file, salt, soundEnd } = create([]));
    failing(() => syncDirectory(files, dirname(path)));
  }
  // What the log held when it was opened stays readable, also after `replace` has put another file in its place.
  const openedFile = file;
  const openedEnd = soundEnd;

  function recover(): { salt: number; soundEnd: number } {
    const bytes = readWhole(files, file, files.fstatSync(file).size);
    if (!isHead(bytes)) {
      // A log appears under its name only with its head complete, so no crash leaves this.
      throw new StorageCorrupt(name, 0);
    }
    const salt = bytes.readUInt32LE(magic.length);
    const soundEnd = endOfSoundFrames(name, bytes, salt);
    if (soundEnd < bytes.length) {
      failing(() => {
        files.ftruncateSync(file, soundEnd);
        files.fdatasyncSync(file);
      });
    }
    return { salt, soundEnd };
  }

  function create(records: readonly Uint8Array[]): { file: number; salt: number; soundEnd: number } {
    const head = newHead();
    const salt = head.readUInt32LE(magic.length);
    const bytes = Buffer.concat([head, ...records.map((record) => encodeFrame(record, salt))]);
    return failing(() => {
      const created = files.openSync(temporary, 'w+', 0o600);
      try {
        writeWhole(files, created, bytes, 0);
        files.fsyncSync(created);
        files.renameSync(temporary, path);
      } catch (error) {
        files.closeSync(created);
        files.rmSync(temporary, { force: true });
        throw error;
      }
      return { file: created, salt, soundEnd: bytes.length };
    });
  }

  function failing<Value>(action: () => Value): Value {
    try {
      return action();
    } catch (error) {
      throw new StorageFailed(name, codeOf(error));
    }
  }

  function sync(): void {
    if (pending.length === 0) {
      return;
    }
    const frames = Buffer.concat(pending.map((record) => encodeFrame(record, salt)));
    pending = [];
    failing(() => {
      if (mustTruncate) {
        files.ftruncateSync(file, soundEnd);
      }
      mustTruncate = true;
      try {
        writeWhole(files, file, frames, soundEnd);
        files.fdatasyncSync(file);
      } catch (error) {
        // At once, so that a crash now leaves no record that was never acknowledged; else before the next write.
        try {
          files.ftruncateSync(file, soundEnd);
          mustTruncate = false;
        } catch {
          // The disk refuses this as well: `mustTruncate` remembers.
        }
        throw error;
      }
      mustTruncate = false;
      soundEnd += frames.length;
    });
  }

  return {
    existed,

    *records() {
      const bytes = readWhole(files, openedFile, openedEnd);
      const salt = bytes.readUInt32LE(magic.length);
      let offset = headBytes;
      for (let end = endOfFrame(bytes, offset, salt); end !== undefined; end = endOfFrame(bytes, offset, salt)) {
        yield bytes.subarray(offset + frameHeadBytes, end);
        offset = end;
      }
    },

    append(record) {
      // Nothing may be relied on before the sync, and one write for all of it is cheaper and never half there.
      pending.push(new Uint8Array(record));
    },

    sync,

    replace(records) {
      pending = [];
      const replaced = file;
      ({ file, salt, soundEnd } = create([...records]));
      mustTruncate = false;
      if (replaced !== openedFile) {
        files.closeSync(replaced);
      }
      // The new file has the name already, so it is the log from now on, even when this fails.
      failing(() => syncDirectory(files, dirname(path)));
    },

    close() {
      try {
        sync();
      } catch {
        // What was never synced was never promised.
      }
      files.closeSync(file);
      if (openedFile !== file) {
        files.closeSync(openedFile);
      }
    },
  };
}

/**
 * Records of one sync may reach the disk in another order when the power fails. A gap that comes of this is refused too:
 * forgetting a vote that was sent is worse than asking a person.
 * @throws StorageCorrupt when a record is damaged and a sound one follows anywhere behind it
 */
function endOfSoundFrames(name: string, bytes: Buffer, salt: number): number {
  let offset = headBytes;
  for (let end = endOfFrame(bytes, offset, salt); end !== undefined; end = endOfFrame(bytes, offset, salt)) {
    offset = end;
  }
  // The length of the damaged record cannot be trusted, so a sound one may begin at every place behind it.
  for (let later = offset + 1; later < bytes.length; later++) {
    if (endOfFrame(bytes, later, salt) !== undefined) {
      throw new StorageCorrupt(name, offset);
    }
  }
  return offset;
}

/** Where the records of a log file lie, head and all, in order; up to the first that is not sound. */
export function logRecords(bytes: Uint8Array): { readonly start: number; readonly end: number }[] {
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: { start: number; end: number }[] = [];
  if (isHead(log)) {
    const salt = log.readUInt32LE(magic.length);
    let start = headBytes;
    for (let end = endOfFrame(log, start, salt); end !== undefined; end = endOfFrame(log, start, salt)) {
      records.push({ start, end });
      start = end;
    }
  }
  return records;
}
