import { readFileSync } from 'node:fs';
import { type ChaosTestResults, resultSchema } from '@qflow/chaos';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formats } from './catalogue.ts';
import { resultJsonSchema } from './json.ts';

const folder = new URL('../../fixtures/', import.meta.url);
const fixture = resultSchema.parse(JSON.parse(readFileSync(new URL('result.json', folder), 'utf8')));

const rendered = formats.flatMap((format) => format.render(fixture).map((file) => ({ ...file, format: format.name })));

test.each(rendered)('$format writes $name as its golden file says', async ({ name, content }) => {
  const [stem, ending] = name.split('.');
  await expect(content).toMatchFileSnapshot(new URL(`${stem}.golden.${ending}`, folder).pathname);
});

test('the published schema is the one that results are checked with', () => {
  const published: unknown = JSON.parse(readFileSync(new URL('../../result.schema.json', import.meta.url), 'utf8'));

  expect(published).toEqual(resultJsonSchema());
});

test('JSON refuses a result that its schema does not allow', () => {
  const json = formats.find((format) => format.name === 'json');
  const broken = { ...fixture, run: { ...fixture.run, durationMs: Number.NaN } };

  expect(() => json?.render(broken)).toThrow(/durationMs/);
});

test('the page loads nothing and runs nothing', () => {
  const page = rendered.find((file) => file.name === 'report.html')?.content ?? '';

  expect(page).toContain('default-src &#39;none&#39;');
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|href="(?!#)|@import|url\(|\bon[a-z]+="|style="/);
});

test('the page says what the result says of every experiment', () => {
  const page = rendered.find((file) => file.name === 'report.html')?.content ?? '';

  for (const id of ['nodes/leader-failure', 'nodes/multiple-failures', 'network/split-brain', 'network/packet-loss']) {
    expect(page).toContain(`<article id="${id.replace('/', '-')}">`);
  }
  expect(page).toContain('412 ms');
  expect(page).toContain('99.31 %');
});

/** The fixture with `change` applied to every text of it that is free. */
function withTexts(change: (text: string) => string): ChaosTestResults {
  const isFree = (key: string, text: string) =>
    !['category', 'severity', 'verdict', 'unit'].includes(key) && !/^[a-z]+$/.test(text);
  const changed = (key: string, value: unknown): unknown =>
    typeof value === 'string' && isFree(key, value) ? change(value) : value;
  return resultSchema.parse(JSON.parse(JSON.stringify(fixture), changed));
}

const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '</style><svg onload=alert(1)>',
    '" onmouseover="x',
    "'><b>",
    ']]>',
    '&lt;',
  ),
  fc.string({ unit: 'binary' }),
);

test('no text from outside becomes markup, in any format that has markup', () => {
  const tags = (name: string, text: string) =>
    (formats.find((format) => format.name === name)?.render(withTexts((old) => old + text)) ?? []).map(({ content }) =>
      (content.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""')).join(''),
    );
  const expected = { html: tags('html', ''), junit: tags('junit', ''), markdown: tags('markdown', '') };

  fc.assert(
    fc.property(hostile, (text) => {
      for (const name of ['html', 'junit', 'markdown'] as const) expect(tags(name, text)).toEqual(expected[name]);
    }),
    { numRuns: 50 },
  );
});

test('a cell of a table neither starts a formula nor a further column', () => {
  const csv = formats.find((format) => format.name === 'csv');
  const [, , points] = csv?.render(fixture) ?? [];

  expect(points?.content).toContain(`'=stopped process left behind, ""pid 4712""`);
});
