import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '@qflow/chaos';
import { identityOf } from './identity.ts';
import { removeWholeFile, writeWholeFile } from './whole-file.ts';

/** What another process has to know of a deployment to undo it: one small file each, there for as long as it lives. */
export interface RunRecord {
  readonly runId: string;
  readonly startedAt: string;
  /** The deployment's own directory. */
  readonly directory: string;
  /** Every process of the deployment carries it. */
  readonly mark: string;
  /** Undo journals, those of the faults too. */
  readonly journals: readonly string[];
  readonly framework: ProcessIdentity;
  readonly watchdog: ProcessIdentity;
}

/** A record as it lies there; null where it cannot be read, and then nobody knows what it stood for. */
export interface FoundRecord {
  readonly path: string;
  readonly record: RunRecord | null;
}

const folder = 'runs';
const suffix = '.json';
let written = 0;

/** Resolves with the record's path once it is durable. */
export async function writeRunRecord(state: string, record: RunRecord): Promise<string> {
  sweep(join(state, folder));
  written += 1;
  const name = record.runId.replace(/[^A-Za-z0-9-]/g, '_');
  const path = join(state, folder, `${name}-${process.pid}-${written}${suffix}`);
  await writeWholeFile(path, record);
  return path;
}

export const removeRunRecord = (path: string): Promise<boolean> => removeWholeFile(path);

/** Every record of this user on this machine. */
export function readRunRecords(state: string): readonly FoundRecord[] {
  const directory = join(state, folder);
  return namesIn(directory)
    .filter((name) => name.endsWith(suffix))
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      const text = textOf(path);
      // Its run ended meanwhile.
      return text === null ? [] : [{ path, record: recordOf(text) }];
    });
}

/** Removes what those began to write who died over it: `NAME.PID.part`. */
function sweep(directory: string): void {
  for (const name of namesIn(directory)) {
    const [, pid] = /\.(\d+)\.part$/.exec(name) ?? [];
    if (pid !== undefined && identityOf(Number(pid)) === null) {
      rmSync(join(directory, name), { force: true });
    }
  }
}

function recordOf(text: string): RunRecord | null {
  try {
    const value = JSON.parse(text) as Partial<RunRecord> | null;
    const { runId, startedAt, directory, mark, journals } = value ?? {};
    const isWhole =
      [runId, startedAt, directory, mark].every((field) => typeof field === 'string' && field !== '') &&
      Array.isArray(journals) &&
      journals.every((path) => typeof path === 'string') &&
      isIdentity(value?.framework) &&
      isIdentity(value?.watchdog);
    return isWhole ? (value as RunRecord) : null;
  } catch {
    return null;
  }
}

/** Whether this is a process's identity, whoever wrote it down. Checked by hand: the watchdog loads no library. */
export function isIdentity(value: unknown): value is ProcessIdentity {
  const { pid, startTime, bootId } = (value ?? {}) as Partial<ProcessIdentity>;
  return Number.isSafeInteger(pid) && (pid ?? 0) > 0 && typeof startTime === 'string' && typeof bootId === 'string';
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
