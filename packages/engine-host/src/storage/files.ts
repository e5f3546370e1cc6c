import fs from 'node:fs';

/** The system calls that a log makes, so that a test can let one of them fail. */
export type Files = Pick<
  typeof fs,
  | 'closeSync'
  | 'existsSync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readSync'
  | 'renameSync'
  | 'rmSync'
  | 'writeSync'
>;

export const realFiles: Files = fs;

/** Writes all of `bytes` at `position`; a call may write less than it was asked to. */
export function writeWhole(files: Files, file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += files.writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}

export function readWhole(files: Files, file: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = files.readSync(file, bytes, read, length - read, read);
    if (more === 0) {
      break;
    }
    read += more;
  }
  return bytes.subarray(0, read);
}

/** A name in a directory survives a power failure only after the directory itself is synced. */
export function syncDirectory(files: Files, directory: string): void {
  const handle = files.openSync(directory, 'r');
  try {
    files.fsyncSync(handle);
  } finally {
    files.closeSync(handle);
  }
}

/** The system's word for what went wrong, such as ENOSPC. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN';
}
