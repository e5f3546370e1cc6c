import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Another living process runs on this data directory: two nodes with one vote log would sign against each other. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
  readonly pid: number;

  constructor(directory: string, pid: number) {
    super(`dataDirectory ${directory} is in use by process ${pid}: stop it first`);
    this.pid = pid;
  }
}

/**
 * Takes the directory for this process until `release`, or until its death: a lock whose process is gone counts for
 * nothing. @throws DataDirectoryInUse
 */
export function lockDataDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'node.lock');
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    const [pid, ...start] = holder(path).split(' ');
    if (pid !== String(process.pid) && start.length > 0 && startOf(Number(pid)) === start.join(' ')) {
      throw new DataDirectoryInUse(directory, Number(pid));
    }
    rmSync(path, { force: true });
  }
}

function holder(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What tells a process from a later one of the same number, as far as the system says; "gone" when there is none. */
function startOf(pid: number): string {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()!.split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // A dead process that nobody has reaped yet holds nothing. Field 22 is the time of its start (proc(5)).
    return afterName[0] === 'Z' ? 'gone' : `${boot} ${afterName[19]}`;
  } catch {
    return isAlive(pid) ? 'alive' : 'gone';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
