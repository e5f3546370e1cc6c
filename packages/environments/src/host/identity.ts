import { readFileSync } from 'node:fs';
import type { ProcessIdentity, ProcessState } from '@qflow/chaos';

/** What the kernel says of one process. */
interface KernelView {
  /** One letter: R, S, D, T, t, Z, X, I. */
  readonly letter: string;
  readonly startTime: string;
}

/** Who the process `pid` is, or null when there is none. */
export function identityOf(pid: number): ProcessIdentity | null {
  const view = kernelView(pid);
  return view === null ? null : { pid, startTime: view.startTime, bootId: bootId() };
}

/** The state of exactly this process: `gone` too when its pid belongs to another by now, or only its corpse is left. */
export function stateOf(identity: ProcessIdentity): ProcessState {
  const view = kernelView(identity.pid);
  if (view === null || view.startTime !== identity.startTime || identity.bootId !== bootId()) {
    return 'gone';
  }
  return stateOfLetter(view.letter);
}

/** Why processes cannot be told apart on this machine, or null when they can. */
export function whyIdentitiesAreUnknown(): string | null {
  return identityOf(process.pid) === null
    ? 'it tells processes apart by /proc/PID/stat, which this machine does not have'
    : null;
}

function kernelView(pid: number): KernelView | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Reads /proc/PID/stat (proc(5)): field 2 is the program's name in parentheses and may hold anything, parentheses and
 * newlines too, so fields count from the last ')'. Field 3 is the state, field 22 the start time in clock ticks since boot.
 */
export function parseStat(text: string): KernelView | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const letter = fields[3 - 3];
  const startTime = fields[22 - 3];
  return letter === undefined || startTime === undefined ? null : { letter, startTime };
}

export function stateOfLetter(letter: string): ProcessState {
  switch (letter) {
    case 'T':
    case 't':
      return 'paused';
    case 'Z':
    case 'X':
    case 'x':
      return 'gone';
    default:
      return 'running';
  }
}

let knownBootId: string | undefined;

function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}
