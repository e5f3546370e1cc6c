import { closeSync, openSync, readSync } from 'node:fs';
import type { HistoryRecorder } from '@qflow/chaos';
import type { Json } from '@qflow/ports';
import { fromMachineNs, hostClock } from '../host/clock.ts';

/** Reads what one node writes of itself, across its restarts. */
export interface NodeEvents {
  /** Brings every whole line that is in the file by now into the history. */
  read(): void;
  /** Reads to the end, a last line without its end too. Nothing is read afterwards. */
  finish(): void;
}

/**
 * Events are `{"time", "event", "value"}`, one JSON object a line; `time` is the machine's monotonic clock in
 * nanoseconds. A line that is none is an event `unreadable`: a crash in the middle of a write leaves one.
 */
export function followEvents(path: string, node: string, history: Pick<HistoryRecorder, 'nodeEvent'>): NodeEvents {
  let file: number | null = null;
  let offset = 0;
  let rest = Buffer.alloc(0);
  const chunk = Buffer.allocUnsafe(256 * 1024);

  // Synchronous: the file is in the page cache, where an asynchronous read costs several times as much.
  function read(): void {
    file ??= openIfThere(path);
    if (file === null) {
      return;
    }
    for (let count = readSync(file, chunk, 0, chunk.length, offset); count > 0; ) {
      offset += count;
      takeLines(Buffer.concat([rest, chunk.subarray(0, count)]));
      count = readSync(file, chunk, 0, chunk.length, offset);
    }
  }

  function takeLines(bytes: Buffer): void {
    const end = bytes.lastIndexOf(0x0a);
    for (const line of bytes.toString('utf8', 0, end + 1).split('\n')) {
      take(line);
    }
    rest = Buffer.from(bytes.subarray(end + 1));
  }

  function take(line: string): void {
    if (line === '') {
      return;
    }
    const event = parse(line);
    history.nodeEvent(
      event === null
        ? { node, event: 'unreadable', value: { line: line.slice(0, 200) }, honest: true, time: hostClock.nowNs() }
        : { node, ...event, honest: true },
    );
  }

  return {
    read,
    finish() {
      read();
      take(rest.toString('utf8'));
      rest = Buffer.alloc(0);
      if (file !== null) {
        closeSync(file);
      }
    },
  };
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

function parse(line: string): { event: string; value: Json; time: number } | null {
  try {
    const { time, event, value } = JSON.parse(line) as Record<string, unknown>;
    return typeof event === 'string' && Number.isInteger(time)
      ? { event, value: (value ?? null) as Json, time: fromMachineNs(BigInt(time as number)) }
      : null;
  } catch {
    return null;
  }
}
