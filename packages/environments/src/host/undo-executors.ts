import type { ProcessIdentity, ProcessState, Undo } from '@qflow/chaos';
import { stateOf } from './identity.ts';
import { type ProcessSignal, signal, untilState } from './signals.ts';

/** The undos that name a process and nothing else: any process on this machine can carry them out. */
export type ProcessUndo = Extract<Undo, { readonly undo: 'processes.resume' | 'processes.end' }>;

export const isProcessUndo = (undo: Undo): undo is ProcessUndo =>
  undo.undo === 'processes.resume' || undo.undo === 'processes.end';

const withinMs = 5_000;

/**
 * Undoes and verifies; false when there was nothing to do. Idempotent; never touches a process that took over the pid.
 * @throws ProcessStuck
 */
export async function undoProcess({ undo, process }: ProcessUndo): Promise<boolean> {
  switch (undo) {
    case 'processes.resume':
      return stateOf(process) === 'paused' && (await signalUntil(process, 'SIGCONT', ['running', 'gone']));
    case 'processes.end':
      // SIGKILL ends a stopped process as it stands; waking it first would let it act once more.
      return signalUntil(process, 'SIGKILL', ['gone']);
  }
}

async function signalUntil(
  identity: ProcessIdentity,
  name: ProcessSignal,
  wanted: readonly ProcessState[],
): Promise<boolean> {
  const sent = signal(identity, name);
  if (sent) {
    await untilState(identity, wanted, withinMs);
  }
  return sent;
}
