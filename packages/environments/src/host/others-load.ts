import { readFileSync } from 'node:fs';

/** How many cores programs other than ours keep busy: what a run's own load, however high, does not add to. */
export interface OthersLoad {
  /** Cores kept busy by others in the last whole window; 0 before the first is over. @param own living processes of ours */
  read(own: readonly number[]): number;
}

/** Shorter ones would measure the grain of the kernel's counters. */
const windowMs = 1_000;

export function watchOthersLoad(
  nowMs: () => number = () => performance.now(),
  files: ProcessorFiles = procFiles,
): OthersLoad {
  let since = { atMs: nowMs(), busy: busyTicks(files), own: new Map<number, number>() };
  let cores = 0;

  return {
    read(pids) {
      const atMs = nowMs();
      const tookMs = atMs - since.atMs;
      if (since.own.size > 0 && tookMs < windowMs) {
        return cores;
      }
      const busy = busyTicks(files);
      // Ours are this process, which inherits the time of those of its children that have ended, and the living ones.
      const own = new Map([
        [0, ticksOf(files, 'self', true)],
        ...pids.map((pid) => [pid, ticksOf(files, `${pid}`, false)] as const),
      ]);
      if (since.own.size > 0) {
        const ownTicks = [...own].reduce((total, [pid, ticks]) => total + ticks - (since.own.get(pid) ?? 0), 0);
        // A process that ended in the meantime is counted with this one whole, so the sum may pass what the window held.
        cores = Math.max(0, busy - since.busy - ownTicks) / (tookMs / msPerTick);
      }
      since = { atMs, busy, own };
      return cores;
    },
  };
}

/** What the kernel tells of processors and processes; null when it does not. */
export type ProcessorFiles = (name: string) => string | null;

const procFiles: ProcessorFiles = (name) => {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return null;
  }
};

/** USER_HZ is 100 on every Linux that Node.js runs on (time(7)). */
const msPerTick = 10;

/** All but idle and waiting for disks, of all cores together (proc_stat(5)): user nice system idle iowait irq softirq steal. */
function busyTicks(files: ProcessorFiles): number {
  const fields = (files('stat') ?? '').split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return user + nice + system + irq + softirq + steal;
}

/** User and system time of a process (fields 14 and 15 of proc_pid_stat(5)), with that of its ended children (16 and 17). */
function ticksOf(files: ProcessorFiles, process: string, withChildren: boolean): number {
  const text = files(`${process}/stat`) ?? '';
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const times = fields.slice(14 - 3, withChildren ? 18 - 3 : 16 - 3);
  return times.reduce((total, ticks) => total + ticks, 0);
}
