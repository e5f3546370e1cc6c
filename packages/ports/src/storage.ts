/** The disk of one node. Every method is synchronous: when it returns, it is done. */
export interface Storage {
  /**
   * Opens a log, or creates an empty one. A torn last record (a write cut off by a crash) is cut away.
   * @throws StorageCorrupt when a record is damaged and sound ones follow it: no crash does that.
   */
  openLog(name: string): Log;
}

/** Records in the order of appending. */
export interface Log {
  /** False when the log did not exist before this opening: a first start, or a disk that was lost. */
  readonly existed: boolean;

  /** Every record that the log held when it was opened, oldest first. */
  records(): Iterable<Uint8Array>;

  /** Adds a record. It survives a crash only after the next `sync`. @throws StorageFailed */
  append(record: Uint8Array): void;

  /** Returns once every appended record is durable. @throws StorageFailed: then none of them may be relied on. */
  sync(): void;

  /** Replaces all records by these, durably and at once: after a crash either all old ones or all new ones are there. */
  replace(records: Iterable<Uint8Array>): void;

  close(): void;
}

/** A damaged record with sound ones after it. Needs a decision of a person: wipe and sync again, or restore. */
export class StorageCorrupt extends Error {
  override readonly name = 'StorageCorrupt';
  readonly log: string;
  readonly offset: number;

  constructor(log: string, offset: number) {
    super(
      `Log "${log}" is damaged at byte ${offset}, with sound records after it. Restore it from a backup, or wipe the data directory and let the node sync from its peers.`,
    );
    this.log = log;
    this.offset = offset;
  }
}

/** The disk refused: full (ENOSPC), failing (EIO), or gone. `code` is the system's own word. */
export class StorageFailed extends Error {
  override readonly name = 'StorageFailed';
  readonly code: string;

  constructor(log: string, code: string) {
    super(`Log "${log}" could not be written: ${code}`);
    this.code = code;
  }
}
