#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { argumentsOf, type CheckArguments, Misuse, USAGE } from './arguments.ts';
import { checkFile, type FileVerdict } from './check-file.ts';
import { lineOf } from './print.ts';

const EXIT = { pass: 0, fail: 1, misuse: 2, inconclusive: 3 } as const;

async function main(argv: readonly string[]): Promise<number> {
  const args = argumentsOf(argv);
  if (args === 'help') {
    process.stdout.write(USAGE);
    return EXIT.pass;
  }

  const judged: FileVerdict[] = [];
  for (const file of args.files) {
    const outcome = await checkFile(file, args);
    process.stdout.write(lineOf(outcome, args));
    judged.push(outcome);
  }
  await picture(judged, args);
  return worst(judged);
}

async function picture(judged: readonly FileVerdict[], { svg }: CheckArguments): Promise<void> {
  const failed = judged.find(({ picture }) => picture !== undefined);
  if (svg !== undefined && failed !== undefined) await writeFile(svg, failed.picture!);
}

/** A violation found counts most; then a file that could not be judged at all; then one that was not decided. */
function worst(judged: readonly FileVerdict[]): number {
  const has = (outcome: FileVerdict['outcome']) => judged.some((file) => file.outcome === outcome);
  if (has('fail')) return EXIT.fail;
  if (has('refused')) return EXIT.misuse;
  return has('inconclusive') ? EXIT.inconclusive : EXIT.pass;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (problem) {
  if (!(problem instanceof Misuse)) throw problem;
  process.stderr.write(`qflow-check: ${problem.message}\n`);
  process.exitCode = EXIT.misuse;
}
