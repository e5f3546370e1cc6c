import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How a node of Qflow is started as a process; the arguments of the `qflow` command follow. */
export interface NodeProgram {
  readonly executable: string;
  readonly arguments: readonly string[];
}

/** @param entry a program that takes the same arguments as the `qflow` command, instead of that command */
export function nodeProgram(entry: string = qflowCommand()): NodeProgram {
  return { executable: process.execPath, arguments: [entry] };
}

/** The command of the package that the engine's host is, beside its index. */
const qflowCommand = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@qflow/engine-host')), 'main.js');
