import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How a node of Qflow is started as a process; the arguments of the `qflow` command follow. */
export interface NodeProgram {
  readonly executable: string;
  readonly arguments: readonly string[];
}

/** @param entry a program that takes the same arguments as the `qflow` command, instead of that command */
export function nodeProgram(entry: string = bundledCommand()): NodeProgram {
  if (!existsSync(entry)) {
    throw new Error(`The program of the nodes is missing: ${entry}. Build it first with "npm run build".`);
  }
  return { executable: process.execPath, arguments: [entry] };
}

/** The command as one file with its code cache, which starts in a quarter of the time. */
const bundledCommand = (): string => {
  const index = createRequire(import.meta.url).resolve('@qflow/engine-host');
  return join(dirname(index), '..', 'dist', 'bundle', 'qflow-node-loader.cjs');
};
