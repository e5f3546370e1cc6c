import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ExperimentPlace, Journal, RunPlace } from '@qflow/chaos';
import type { RunDirectory } from './run-directory.ts';

export interface RunPlaceOptions {
  readonly directory: RunDirectory;
  /** Whether nodes are processes, which leave data and logs and outlive a framework that dies. */
  readonly hasProcesses: boolean;
}

/** Where a run leaves what it finds: a folder an experiment, each line written as it happens. */
export function runPlace({ directory, hasProcesses }: RunPlaceOptions): RunPlace {
  return {
    calendar: () => new Date().toISOString(),
    monotonicMs: () => performance.now(),

    async open(experiment): Promise<ExperimentPlace> {
      const folder = directory.experiment(experiment);
      const history = lines(join(folder, 'history.jsonl'));
      const journal = hasProcesses
        ? await syncedJournal(join(folder, 'undo.jsonl'))
        : plainJournal(join(folder, 'undo.jsonl'));
      const deployment = join(folder, 'deployment');

      return {
        ...(hasProcesses ? { directory: deployment } : {}),
        journal,
        historyLine: history.write,

        async close() {
          await journal.close();
          history.close();
          const written = {
            history: history.path,
            undo: journal.path,
            ...(existsSync(deployment) ? { deployment } : {}),
          };
          return Object.fromEntries(
            Object.entries(written).map(([name, path]) => [name, relative(directory.path, path)]),
          );
        },
      };
    },
  };
}

interface Lines {
  readonly path: string;
  /** Never throws: what could not be written, `close` says. */
  write(line: string): void;
  /** @throws what the first failed write threw */
  close(): void;
}

/** Appends lines to a file as they come. The system keeps them when this process dies. */
function lines(path: string): Lines {
  const file = openSync(path, 'a', 0o600);
  let failure: unknown;
  return {
    path,
    write(line) {
      if (failure !== undefined) return;
      try {
        const bytes = Buffer.from(`${line}\n`);
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      } catch (thrown) {
        failure = thrown;
      }
    },
    close() {
      closeSync(file);
      if (failure !== undefined) throw failure;
    },
  };
}

interface FileJournal extends Journal {
  readonly path: string;
  close(): Promise<void>;
}

async function syncedJournal(path: string): Promise<FileJournal> {
  const { openUndoJournal } = await import('@qflow/environments');
  return openUndoJournal(path);
}

/** Simulated harm dies with this process: its journal is a record, and waiting for the disk would only cost time. */
function plainJournal(path: string): FileJournal {
  const journal = lines(path);
  return {
    path,
    write: async (entry) => journal.write(JSON.stringify(entry)),
    close: async () => journal.close(),
  };
}
