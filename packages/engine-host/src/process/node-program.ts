import { fileURLToPath } from 'node:url';

/** The `qflow` command as one file with its code cache, made by `npm run build`: start nodes with this. */
export function nodeProgram(): string {
  return fileURLToPath(new URL('../../dist/bundle/qflow-node-loader.cjs', import.meta.url));
}
