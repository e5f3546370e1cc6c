import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { resultSchema } from '@qflow/chaos';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consoleReporter } from './console.ts';
import { idle, next, statusLine } from './status.ts';
import { summary } from './summary.ts';
import { fit, widthOf, wrap } from './width.ts';

const folder = new URL('../../fixtures/', import.meta.url);
const fixture = resultSchema.parse(JSON.parse(readFileSync(new URL('result.json', folder), 'utf8')));
const id = 'nodes/leader-failure';

function recorded(columns: number | undefined, colors = false) {
  const written: string[] = [];
  const reporter = consoleReporter({ write: (text) => written.push(text), columns: () => columns, colors });
  return { reporter, text: () => written.join('') };
}

test('writes one line for each change where there is no terminal', () => {
  const { reporter, text } = recorded(undefined);

  reporter.onProgress?.({ kind: 'experiment-started', id, position: 1, of: 3 });
  reporter.onProgress?.({ kind: 'phase', id, phase: 'harm', leftMs: 12_000 });
  reporter.onProgress?.({ kind: 'fault', id, description: 'SIGKILL to n3', stage: 'proved' });
  reporter.onProgress?.({ kind: 'load', id, operationsPerSecond: 50, failing: 0, leftMs: 11_000 });

  expect(text()).toBe(`${id}: started, 1 of 3\n${id}: harm, 12 s left\n${id}: SIGKILL to n3: proved\n`);
});

test('repaints one line on a terminal, and leaves no trace of it before other lines', () => {
  const { reporter, text } = recorded(100);

  reporter.onProgress?.({ kind: 'experiment-started', id, position: 1, of: 3 });
  reporter.onProgress?.({ kind: 'load', id, operationsPerSecond: 49.6, failing: 2, leftMs: 10_400 });
  reporter.note('Stopping.');

  expect(text().split('\u001b[2K').at(-2)).toContain(`[1/3] ${id} · 50 op/s · 2 failing · 11 s left`);
  expect(text().endsWith('\r\u001b[2KStopping.\n')).toBe(true);
});

test('shows a fault until it is healed', () => {
  const started = next(idle, { kind: 'fault', id, description: 'pause n2', stage: 'injected' });
  const proved = next(started, { kind: 'fault', id, description: 'pause n2', stage: 'proved' });

  expect(proved.faults).toEqual(['pause n2']);
  expect(next(proved, { kind: 'fault', id, description: 'pause n2', stage: 'healed' }).faults).toEqual([]);
});

test('the summary reads as its golden file, and in colours says the same', async () => {
  const plain = summary(fixture, { width: 110, colors: false });

  await expect(plain).toMatchFileSnapshot(new URL('summary.golden.txt', folder).pathname);
  expect(stripVTControlCharacters(summary(fixture, { width: 110, colors: true }))).toBe(plain);
});

test('reasons are whole where there is no terminal', () => {
  const text = summary(fixture, { width: undefined, colors: false });

  expect(text).toContain('Both times another node led within 412 ms, and every acknowledged write was still there.');
});

test('no line is wider than the terminal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 24, max: 160 }), (width) => {
      for (const line of summary(fixture, { width, colors: false }).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }),
  );
});

test('the status line keeps within its width and carries no control character, whatever a node is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 80 }), (text, width) => {
      const status = next(idle, { kind: 'fault', id, description: `\u001b[31m${text}`, stage: 'injected' });
      const line = statusLine(status, width);

      expect(widthOf(line)).toBeLessThanOrEqual(width);
      expect(line).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('wrapping loses no character but spaces', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 2, max: 40 }), (text, width) => {
      expect(wrap(text, width).join('').replace(/\s/g, '')).toBe(fit(text, 1_000_000).replace(/\s/g, ''));
    }),
  );
});
