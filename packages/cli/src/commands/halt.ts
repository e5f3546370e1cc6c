import type { Io } from '../io.ts';

/** Stops every run on this machine and blocks new ones. Each run heals first, which takes its time. */
export async function halt(reason: string | undefined, io: Io): Promise<void> {
  const { fileLever, findLeftovers, stateDirectory } = await import('@qflow/environments');
  const state = stateDirectory(io.environment);
  const pulled = await fileLever(state).halt(reason ?? 'qflow-chaos halt');
  const { live } = findLeftovers(state);
  io.out(`Halted since ${pulled.at}: ${pulled.reason}. New runs are blocked until "qflow-chaos resume".\n`);
  for (const { directory, framework } of live) io.out(`${directory}: process ${framework.pid} heals and ends\n`);
}

/** Lets runs start again. */
export async function resume(io: Io): Promise<void> {
  const { fileLever, stateDirectory } = await import('@qflow/environments');
  const lifted = await fileLever(stateDirectory(io.environment)).resume();
  io.out(lifted === null ? 'Nothing was halted.\n' : `Lifted what was halted since ${lifted.at}: ${lifted.reason}\n`);
}
