import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { ProcessIdentity } from '@qflow/chaos';
import { stateOf } from './identity.ts';
import { markedProcesses } from './marked-processes.ts';
import { type FoundRecord, type RunRecord, readRunRecords, removeRunRecord } from './run-records.ts';
import { finishJournal, type Reaped, reap, unfinishedIds, unreadableIn } from './watchdog/reap.ts';

/** What a run that is over, or dead, left on this machine. */
export interface Leftover {
  /** The deployment's directory, or the record that cannot be read. */
  readonly where: string;
  readonly runId: string | null;
  /** Its record, where it has one. */
  readonly record: string | null;
  readonly marks: readonly string[];
  readonly journals: readonly string[];
  /** How many entries of its journals are not undone. */
  readonly unfinished: number;
  readonly living: readonly ProcessIdentity[];
  /** What cannot be read, in words: nobody knows what it stands for. */
  readonly unreadable: readonly string[];
  /** Its watchdog, while that still undoes it. */
  readonly watchdog: ProcessIdentity | null;
}

/** What is found on this machine: leftovers, and deployments whose framework lives and looks after them itself. */
export interface Found {
  readonly leftovers: readonly Leftover[];
  readonly live: readonly RunRecord[];
}

/** Names of undo journals, whoever wrote them. */
const journalNames = ['processes.jsonl', 'undo.jsonl'];

/**
 * Looks at every record of this user's runs; touches nothing.
 * @param directories when any are named, only what lies in them counts, and journals in them count without a record too
 */
export function findLeftovers(state: string, directories: readonly string[] = []): Found {
  const records = readRunRecords(state);
  const lives = (record: RunRecord): boolean => stateOf(record.framework) !== 'gone';
  const readable = records.flatMap(({ record }) => (record === null ? [] : [record]));
  const live = readable.filter(lives);
  const living = markedProcesses();

  const asked = directories.map((directory) => realpathSync(directory));
  const counts = (directory: string): boolean => asked.length === 0 || asked.some((one) => isWithin(one, directory));

  const recorded = records.flatMap((found) => ofRecord(found, lives, counts, living));
  const known = new Set(readable.flatMap(({ journals }) => journals).map(real));
  const unrecorded = asked.flatMap((directory) =>
    ofJournals(
      directory,
      journalsBelow(directory).filter((path) => !known.has(path)),
      living,
      live,
    ),
  );
  return { leftovers: [...recorded, ...unrecorded], live: live.filter(({ directory }) => counts(real(directory))) };
}

function ofRecord(
  { path, record }: FoundRecord,
  lives: (record: RunRecord) => boolean,
  counts: (directory: string) => boolean,
  living: ReturnType<typeof markedProcesses>,
): readonly Leftover[] {
  if (record === null) {
    const unreadable = [`the record ${path} cannot be read`];
    const nothing = { marks: [], journals: [], unfinished: 0, living: [], watchdog: null };
    return counts(path) ? [{ where: path, runId: null, record: path, unreadable, ...nothing }] : [];
  }
  if (lives(record) || !counts(real(record.directory))) {
    return [];
  }
  const { runId, directory, mark, journals, watchdog } = record;
  return [
    {
      where: directory,
      runId,
      record: path,
      ...looked([mark], journals, living),
      watchdog: stateOf(watchdog) === 'gone' ? null : watchdog,
    },
  ];
}

/** Journals that no record names: of a run whose record was lost, or of another machine. */
function ofJournals(
  directory: string,
  journals: readonly string[],
  living: ReturnType<typeof markedProcesses>,
  live: readonly RunRecord[],
): readonly Leftover[] {
  const marksOfLive = new Set(live.map(({ mark }) => mark));
  // A mark ends in the directory of its deployment.
  const marks = living
    .map(({ mark }) => mark)
    .filter((mark) => !marksOfLive.has(mark) && isWithin(directory, real(mark.slice(mark.indexOf(':') + 1))));
  const found = { where: directory, runId: null, record: null, watchdog: null };
  const leftover: Leftover = { ...found, ...looked([...new Set(marks)], journals, living) };
  return isNothing(leftover) ? [] : [leftover];
}

const looked = (
  marks: readonly string[],
  journals: readonly string[],
  living: ReturnType<typeof markedProcesses>,
): Pick<Leftover, 'marks' | 'journals' | 'unfinished' | 'living' | 'unreadable'> => ({
  marks,
  journals,
  unfinished: journals.reduce((sum, path) => sum + unfinishedIds(path).length, 0),
  living: living.filter(({ mark }) => marks.includes(mark)).map(({ process }) => process),
  unreadable: journals.flatMap(unreadableIn),
});

/** Whether only the record is there still: its run was ended in the instant before it would have removed it. */
export const isNothing = ({ unfinished, living, unreadable }: Leftover): boolean =>
  unfinished === 0 && living.length === 0 && unreadable.length === 0;

/** What became of a leftover. `left`: what could not be undone or not be verified, in words. */
export interface Recovered {
  readonly did: readonly Reaped[];
  readonly left: readonly string[];
}

/** How long a watchdog that is at work is waited for. */
const watchdogWithinMs = 5_000;

/**
 * Undoes one leftover, verifies it, and writes it down. Idempotent.
 * @param force gives up what cannot be undone or verified, so that it stands in no one's way any more; the outcome names it
 */
export async function recover(leftover: Leftover, force = false): Promise<Recovered> {
  const { marks, journals, record, unreadable, watchdog } = leftover;
  await untilGone(watchdog);
  const did: Reaped[] = [];
  const reaped = await reap({ marks, journals }, async (one) => void did.push(one));
  const left = [...new Set([...unreadable, ...reaped])];
  if (left.length > 0 && !force) {
    return { did, left };
  }
  await Promise.all(journals.map((path) => finishJournal(path)));
  if (record !== null) {
    await removeRunRecord(record);
  }
  return { did, left };
}

async function untilGone(process: ProcessIdentity | null): Promise<void> {
  const deadline = performance.now() + watchdogWithinMs;
  while (process !== null && stateOf(process) !== 'gone' && performance.now() < deadline) {
    await new Promise((resolved) => setTimeout(resolved, 20));
  }
}

function journalsBelow(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' ? [] : journalsBelow(path);
    }
    return entry.isFile() && journalNames.includes(entry.name) ? [path] : [];
  });
}

const isWithin = (outer: string, inner: string): boolean => {
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
};

/** Where it really lies; as it stands when it is gone. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(resolve(path));
    return parent === resolve(path) ? parent : join(real(parent), basename(path));
  }
}
