import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Misuse } from '@qflow/chaos';
import type { Io } from '../io.ts';
import { describeLeftover, undoLeftovers } from '../run/leftovers.ts';

export interface RecoverFlags {
  readonly check?: true;
  readonly force?: true;
}

/** Undoes whatever earlier runs left on this machine. Resolves with the exit code: 0 nothing is left, 5 something is. @throws Misuse */
export async function recover(directories: readonly string[], flags: RecoverFlags, io: Io): Promise<number> {
  if (flags.check === true && flags.force === true) {
    throw new Misuse('--force', '--check only lists and --force undoes; leave out one of them');
  }
  const asked = directories.map((directory) => existing(directory, io.workingDirectory));
  const { findLeftovers, stateDirectory } = await import('@qflow/environments');
  const { leftovers, live } = findLeftovers(stateDirectory(io.environment), asked);

  for (const { directory, framework } of live) {
    io.out(`${directory}: runs now (process ${framework.pid}), left alone\n`);
  }
  if (leftovers.length === 0) {
    io.out('Nothing is left of earlier runs.\n');
    return 0;
  }
  if (flags.check === true) {
    for (const leftover of leftovers) io.out(`${describeLeftover(leftover)}\n`);
    return 5;
  }
  const isClean = await undoLeftovers(leftovers, flags.force === true, (line) => io.out(`${line}\n`));
  return isClean ? 0 : 5;
}

function existing(directory: string, workingDirectory: string): string {
  const path = resolve(workingDirectory, directory);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return path;
  throw new Misuse(directory, `there is no directory "${directory}" to recover`);
}
