import type { Rules } from '@qflow/engine';
import { runQflow } from '@qflow/engine-host';
import { brokenNodeNamed } from '../broken-nodes/named.ts';
import { brokenNodeVariable } from './variable.ts';

/** What a command line that cannot be understood ends with. */
const misuse = 2;

/** The `qflow` command with one rule broken. Without the variable none is: so the bundler warms its code cache. */
try {
  void runQflow(process.argv.slice(2), chosenRules(process.env[brokenNodeVariable]));
} catch (error) {
  process.stderr.write(`${brokenNodeVariable}: ${(error as Error).message}\n`);
  process.exitCode = misuse;
}

function chosenRules(name: string | undefined): { readonly rules?: Rules } {
  return name === undefined ? {} : { rules: brokenNodeNamed(name).rules };
}
