import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Misuse } from '@qflow/chaos';
import type { ReportFile } from '@qflow/report';

/** Written last: a directory that has it holds a whole run. */
const resultFile = 'result.json';

/** Where a run writes what it found out. Nothing is made before `create`. */
export interface RunDirectory {
  readonly path: string;
  create(): void;
  /** Makes and names the folder of an experiment. */
  experiment(id: string): string;
  /** Writes a file so that readers see the whole of it or none. */
  write(file: ReportFile): void;
}

/**
 * Checks that a run may write into `asked`, and touches nothing.
 * A directory of an earlier run is used again, in place of what that run wrote; one that holds anything else is refused.
 * @throws Misuse
 */
export function runDirectory(asked: string, workingDirectory: string): RunDirectory {
  const path = resolve(workingDirectory, asked);
  const refuse = (why: string): Misuse => new Misuse('--out', `--out ${asked}: ${why}`);

  const holder = nearestExisting(path);
  if (!statSync(holder).isDirectory()) throw refuse(`${holder} is a file, not a directory`);
  try {
    accessSync(holder, constants.W_OK | constants.X_OK);
  } catch {
    throw refuse(`no permission to write in ${holder}`);
  }

  const entries = holder === path ? readdirSync(path) : [];
  if (entries.length > 0 && !entries.includes(resultFile)) {
    throw refuse('holds files that are not a finished run; name a new or an empty directory');
  }
  const earlier = entries.length > 0 ? writtenBefore(path) : [];

  return {
    path,

    create() {
      try {
        makeDirectory(path);
      } catch (thrown) {
        throw refuse(thrown instanceof Error ? thrown.message : String(thrown));
      }
      for (const name of earlier) rmSync(join(path, name), { recursive: true, force: true });
    },

    experiment(id) {
      const folder = join(path, id);
      makeDirectory(folder);
      return folder;
    },

    write: ({ name, content }) => writeWhole(join(path, name), content),
  };
}

/** Level by level: Node's own recursive making never ends where the system refuses with "no such file" (below /proc). */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}

/** The path itself, or the closest folder (or file) above it that is there. */
function nearestExisting(path: string): string {
  try {
    statSync(path);
    return path;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // Below a file nothing can exist; what may not be looked at is refused when it is written to.
    if (path === dirname(path) || !['ENOENT', 'ENOTDIR', 'EACCES'].includes(code ?? '')) throw thrown;
    return nearestExisting(dirname(path));
  }
}

/** What an earlier run says that it wrote: its result and the folders of its experiments. Reports are written over. */
function writtenBefore(path: string): readonly string[] {
  const text = readFileSync(join(path, resultFile), 'utf8');
  const ids = [...text.matchAll(/"id": "([a-z][a-z0-9-]*\/[a-z][a-z0-9-]*)"/g)].map(([, id = '']) => id);
  return [resultFile, ...ids];
}

/** A name beside it first, synced, then the real one: a reader never sees half a file. */
function writeWhole(path: string, content: string): void {
  const temporary = `${path}.part`;
  writeFileSync(temporary, content, { flush: true });
  renameSync(temporary, path);
}
