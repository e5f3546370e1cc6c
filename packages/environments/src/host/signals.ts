import type { ProcessIdentity, ProcessState } from '@qflow/chaos';
import { stateOf } from './identity.ts';

export type ProcessSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

/** A process that did not come to the state that a signal leads to. */
export class ProcessStuck extends Error {
  override readonly name = 'ProcessStuck';

  constructor(identity: ProcessIdentity, wanted: string, withinMs: number) {
    super(`Process ${identity.pid} was not ${wanted} within ${withinMs} ms; it is ${stateOf(identity)}`);
  }
}

/**
 * Sends a signal to exactly this process. False when it is gone, also when its pid belongs to another by now.
 * @throws the system's error when it may not be signalled
 */
export function signal(identity: ProcessIdentity, name: ProcessSignal): boolean {
  if (stateOf(identity) === 'gone') {
    return false;
  }
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return false;
    }
    throw error;
  }
}

/** Resolves once the kernel says that the process is in one of these states. @throws ProcessStuck */
export async function untilState(
  identity: ProcessIdentity,
  wanted: readonly ProcessState[],
  withinMs: number,
): Promise<ProcessState> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const state = stateOf(identity);
    if (wanted.includes(state)) {
      return state;
    }
    if (performance.now() > deadline) {
      throw new ProcessStuck(identity, wanted.join(' or '), withinMs);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** The kernel tells nobody when a process stops; asking costs some 10 µs. */
const pollMs = 2;
