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
