import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogRecord, PreparedTarget, Target } from '@qflow/chaos';
import { parseStat, stateOfLetter } from '../../host/identity.ts';

const sound = 'record 1\nrecord 2\nrecord 3\n';

/** A node in three lines of shell: makes its log, refuses a damaged one, says its pid, and then only lives. */
const script = `
[ -s "$1" ] || printf 'record 1\\nrecord 2\\nrecord 3\\n' > "$1"
[ "$(sed -n 2p "$1")" = 'record 2' ] || exit 3
echo "listening $$"
exec sleep 600`;

/**
 * A target whose nodes start in a few milliseconds and survive everything but a signal, so that hundreds of runs fit a
 * minute. They speak no protocol: whether one answers is read from the kernel.
 */
export function tinyTarget(): Target {
  return {
    name: 'tiny',
    version: '0',
    workloads: [],
    tolerance: (size) => Math.floor((size - 1) / 3),
    prepare: async ({ directory = '' }) => prepare(directory),
  };
}

function prepare(directory: string): PreparedTarget {
  return {
    command(self) {
      const dataDirectory = join(directory, `node-${self}`, 'data');
      mkdirSync(dataDirectory, { recursive: true });
      const logFile = join(dataDirectory, 'log');
      const eventsFile = join(directory, `node-${self}`, 'events.jsonl');
      writeFileSync(logFile, sound);
      writeFileSync(eventsFile, '');
      return {
        executable: '/bin/sh',
        arguments: ['-c', script, 'tiny-node', logFile],
        environment: {},
        dataDirectory,
        logFile,
        eventsFile,
        listens(line) {
          const [, pid] = /^listening (\d+)$/.exec(line) ?? [];
          return pid === undefined ? null : { link: { host: '127.0.0.1', port: 9 }, endpoint: pid };
        },
        logRecords: lines,
      };
    },
    observe: async (node, pid) => ({ node, answered: isRunning(pid) }),
    // The event that it is armed for comes at once.
    arm: async (_, pid) => void process.kill(Number(pid), 'SIGSTOP'),
    disarm: async () => undefined,
  };
}

function isRunning(pid: string): boolean {
  try {
    return stateOfLetter(parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.letter ?? 'X') === 'running';
  } catch {
    return false;
  }
}

function lines(log: Uint8Array): readonly LogRecord[] {
  const found: LogRecord[] = [];
  for (let start = 0, end = 0; ; start = end) {
    end = log.indexOf(0x0a, start) + 1;
    if (end === 0) {
      return found;
    }
    found.push({ start, end });
  }
}
