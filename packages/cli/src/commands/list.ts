import type { Catalogues } from '../catalogues.ts';
import type { Io } from '../io.ts';

/** Every experiment with its question. */
export function list({ experiments }: Catalogues, io: Io): void {
  const width = Math.max(...experiments.map(({ name }) => name.length));
  for (const { name, question } of experiments) io.out(`${name.padEnd(width)}  ${question}\n`);
}
