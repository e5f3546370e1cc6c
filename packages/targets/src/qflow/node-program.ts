import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeProgram as bundledProgram } from '@qflow/engine-host';

/** How a node of Qflow is started as a process; the arguments of the `qflow` command follow. */
export interface NodeProgram {
  readonly executable: string;
  readonly arguments: readonly string[];
}

/** @param entry a program that takes the same arguments as the `qflow` command, instead of that command */
export function nodeProgram(entry: string = bundledProgram()): NodeProgram {
  if (!existsSync(entry)) {
    throw new Error(`The program of the nodes is missing: ${entry}. Build it first with "npm run build".`);
  }
  return { executable: process.execPath, arguments: [entry] };
}

/** SHA-256 of the bundle that the loader starts, in hex; undefined before it is built. */
export function programDigest(loader: string = bundledProgram()): string | undefined {
  const directory = dirname(loader);
  const stem = `${basename(loader, '-loader.cjs')}.`;
  const bundles = existsSync(directory)
    ? readdirSync(directory).filter((name) => name.startsWith(stem) && name.endsWith('.cjs'))
    : [];
  const [bundle] = bundles;
  // Several: another build is under way, and which one will run cannot be told.
  return bundle === undefined || bundles.length > 1
    ? undefined
    : createHash('sha256')
        .update(readFileSync(join(directory, bundle)))
        .digest('hex');
}
