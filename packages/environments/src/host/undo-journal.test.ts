import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry } from '@qflow/chaos';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openUndoJournal, readUndoJournal, unfinished } from './undo-journal.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'undo-journal-'));
  path = join(directory, 'undo.jsonl');
});

afterEach(() => rmSync(directory, { recursive: true }));

const registered = (id: number): JournalEntry => ({
  entry: 'registered',
  id,
  undo: { undo: 'processes.start', node: `n${id}` },
});

test('entries are read back in the order of writing, by the owner alone', async () => {
  const journal = await openUndoJournal(path);
  const entries: JournalEntry[] = [registered(1), registered(2), { entry: 'undone', id: 1 }];
  await Promise.all(entries.map((entry) => journal.write(entry)));
  await journal.close();

  expect(readUndoJournal(path)).toEqual({ entries, torn: false, unreadable: [] });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an entry is in the file when its write has resolved', async () => {
  const journal = await openUndoJournal(path);
  for (const id of [1, 2, 3]) {
    await journal.write(registered(id));
    expect(readUndoJournal(path).entries).toHaveLength(id);
  }
  await journal.close();
});

test('what is not undone comes last first, failures too', () => {
  const entries: JournalEntry[] = [
    ...[registered(1), registered(2), registered(3)],
    { entry: 'undone', id: 2 },
    { entry: 'failed', id: 3, reason: 'no answer' },
  ];

  expect(unfinished(entries).map(({ id }) => id)).toEqual([3, 1]);
});

test('a journal that was cut anywhere gives every whole entry, and can be continued', async () => {
  const writing = await openUndoJournal(path);
  for (const id of [1, 2, 3]) {
    await writing.write(registered(id));
  }
  await writing.close();
  const line = statSync(path).size / 3;

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 3 * line }), async (length) => {
      const copy = join(directory, `cut-${length}.jsonl`);
      appendFileSync(copy, [1, 2, 3].map((id) => `${JSON.stringify(registered(id))}\n`).join(''));
      truncateSync(copy, length);
      const whole = Math.floor(length / line);
      expect(readUndoJournal(copy)).toMatchObject({ torn: length % line !== 0 });
      expect(readUndoJournal(copy).entries).toHaveLength(whole);

      const journal = await openUndoJournal(copy);
      await journal.write(registered(9));
      await journal.close();
      // A line that lacked nothing but its end is whole again once the next one follows.
      const readable = length % line === line - 1 ? whole + 1 : whole;
      expect(readUndoJournal(copy).entries.map(({ id }) => id)).toEqual([...[1, 2, 3].slice(0, readable), 9]);
      rmSync(copy);
    }),
    { numRuns: 30, examples: [[3 * line - 1], [line], [0]] },
  );
});

test('lines that are no entries are told and do not hide the others', async () => {
  appendFileSync(path, `rubbish\n{"entry":"registered","id":1,"undo":{"undo":"rm -rf"}}\n`);
  const journal = await openUndoJournal(path);
  await journal.write(registered(2));
  await journal.close();

  const read = readUndoJournal(path);
  expect(read.entries).toEqual([registered(2)]);
  expect(read.unreadable).toHaveLength(2);
});

test('a missing journal is empty', () => {
  expect(readUndoJournal(path)).toEqual({ entries: [], torn: false, unreadable: [] });
});
