import { writeFile } from 'node:fs/promises';
import { argumentsOf, type CheckArguments, Misuse, USAGE } from './arguments.ts';
import { checkFile, type FileVerdict, type Waiting } from './check-file.ts';
import { lineOf } from './print.ts';

const EXIT = { pass: 0, fail: 1, misuse: 2, inconclusive: 3 } as const;

/** Where the command says what it has to say. */
export interface Console extends Waiting {
  print(text: string): void;
}

/** Judges the files that the arguments name; the exit code says what came of it. */
export async function run(argv: readonly string[], console: Console): Promise<number> {
  try {
    return await judge(argumentsOf(argv), console);
  } catch (problem) {
    if (!(problem instanceof Misuse)) throw problem;
    console.say(`qflow-check: ${problem.message}\n`);
    return EXIT.misuse;
  }
}

async function judge(args: CheckArguments | 'help', console: Console): Promise<number> {
  if (args === 'help') {
    console.print(USAGE);
    return EXIT.pass;
  }

  const judged: FileVerdict[] = [];
  for (const file of args.files) {
    const outcome = await checkFile(file, args, console);
    console.print(lineOf(outcome, args));
    judged.push(outcome);
  }
  await picture(judged, args);
  return worst(judged);
}

async function picture(judged: readonly FileVerdict[], { svg }: CheckArguments): Promise<void> {
  const failed = judged.find(({ picture }) => picture !== undefined);
  if (svg === undefined || failed === undefined) return;
  try {
    await writeFile(svg, failed.picture!);
  } catch (problem) {
    throw new Misuse(`the picture cannot be written to ${svg}: ${(problem as Error).message}`);
  }
}

/** A violation found counts most; then a file that could not be judged at all; then one that was not decided. */
function worst(judged: readonly FileVerdict[]): number {
  const has = (outcome: FileVerdict['outcome']) => judged.some((file) => file.outcome === outcome);
  if (has('fail')) return EXIT.fail;
  if (has('refused')) return EXIT.misuse;
  return has('inconclusive') ? EXIT.inconclusive : EXIT.pass;
}
