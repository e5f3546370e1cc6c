import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Json } from '@qflow/ports';

/** Events appended to a file, one JSON object a line: `{"time", "event", "value"}`. */
export interface EventFile {
  /** In the file when it returns. What the disk refuses is counted, and reported by an event `trace-gap` later. */
  write(event: string, value: Json): void;
  close(): void;
}

/**
 * `time` is CLOCK_MONOTONIC in nanoseconds, which all processes of a machine share: events of several nodes, and of who
 * runs them, stand on one axis. The file is not synced: it outlives the process, not a power failure.
 */
export function openEventFile(path: string, nowNs: () => bigint = process.hrtime.bigint): EventFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+', 0o600);
  /** The last line may be without its end: cut off by a full disk, in this process or the one before. */
  let lineIsOpen = endsOpen(file);
  let lost = 0;

  function append(event: string, value: Json): boolean {
    // The number is written as it is: JSON has no limit, though readers may round beyond 2^53 ns, 104 days of uptime.
    const line = `{"time":${nowNs()},"event":${JSON.stringify(event)},"value":${JSON.stringify(value)}}\n`;
    const bytes = Buffer.from(lineIsOpen ? `\n${line}` : line);
    let written = 0;
    try {
      while (written < bytes.length) {
        written += writeSync(file, bytes, written);
      }
      lineIsOpen = false;
      return true;
    } catch {
      lineIsOpen ||= written > 0;
      return false;
    }
  }

  return {
    write(event, value) {
      if (lost > 0 && append('trace-gap', { lost })) {
        lost = 0;
      }
      if (!append(event, value)) {
        lost++;
      }
    },
    close: () => closeSync(file),
  };
}

function endsOpen(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
