import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where this user's runs on this machine leave what others must find: which of them live, and whether all are halted.
 * Follows the XDG Base Directory Specification, which says to ignore a relative path.
 */
export function stateDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const asked = environment.XDG_STATE_HOME ?? '';
  const home = environment.HOME ?? homedir();
  return join(isAbsolute(asked) ? asked : join(home, '.local', 'state'), 'qflow-chaos');
}

/** Why nothing can be written down there, with the remedy, or null. Makes the directory where it is missing. */
export function whyStateIsUnwritable(state: string): string | null {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    accessSync(state, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `it writes down in ${state} what a later recovery has to undo, and cannot (${code}); name another place with XDG_STATE_HOME`;
  }
}
