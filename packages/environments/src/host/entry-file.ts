import { fileURLToPath } from 'node:url';

/**
 * Path of a compiled file of this package that is started as a process or thread of its own, such as
 * `host/watchdog/main.js`. Node runs JavaScript alone, so this is the built file, also when sources run.
 */
export function entryFile(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
}
