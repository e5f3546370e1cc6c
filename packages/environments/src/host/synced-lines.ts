import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file of JSON lines. */
export interface SyncedLines {
  /** Resolves once the line is durable. */
  append(value: unknown): Promise<void>;
  /** Resolves once the system has the line, which then outlives this process; the next `append` makes it durable. */
  note(value: unknown): Promise<void>;
  /** How often the disk was waited for. */
  syncs(): number;
  close(): Promise<void>;
}

/** Opens `path` for appending, readable by its owner alone. */
export async function openSyncedLines(path: string): Promise<SyncedLines> {
  // A crash may have left half a line: what comes now starts on one of its own.
  let waiting = endsWhole(path) ? '' : '\n';
  const file = await open(path, 'a', 0o600);
  syncDirectory(dirname(path));
  let last: Promise<void> = Promise.resolve();
  let isFlushDue = false;
  let isSyncDue = false;
  let syncs = 0;

  async function flush(): Promise<void> {
    const lines = waiting;
    const isSynced = isSyncDue;
    waiting = '';
    isFlushDue = false;
    isSyncDue = false;
    await file.appendFile(lines);
    if (isSynced) {
      syncs += 1;
      await file.datasync();
    }
  }

  function write(value: unknown): Promise<void> {
    waiting += `${JSON.stringify(value)}\n`;
    // What comes while a sync runs shares the next one.
    if (!isFlushDue) {
      isFlushDue = true;
      last = last.then(flush, flush);
    }
    return last;
  }

  return {
    append(value) {
      isSyncDue = true;
      return write(value);
    },

    note: write,
    syncs: () => syncs,

    async close() {
      await last.catch(() => undefined);
      await file.close();
    },
  };
}

/** What a file of lines holds. `torn`: it ends in half a line, as a crash leaves it. `unreadable`: whole lines that are no JSON. */
export interface ReadLines {
  readonly values: readonly unknown[];
  readonly torn: boolean;
  readonly unreadable: readonly string[];
}

/** Reads as far as can be read. A file that is missing holds nothing: its writer had not come so far. */
export function readLines(path: string): ReadLines {
  const lines = readText(path).split('\n');
  const torn = lines.pop() !== '';
  const values: unknown[] = [];
  const unreadable: string[] = [];
  for (const line of lines) {
    try {
      values.push(JSON.parse(line));
    } catch {
      unreadable.push(line);
    }
  }
  return { values, torn, unreadable: unreadable.filter((line) => line !== '') };
}

const endsWhole = (path: string): boolean => !readLines(path).torn;

/** A file that cannot be found after a power failure says nothing, so its name is synced too. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
