import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeEvent } from '../history/encode.ts';
import { historyOf } from '../testing/shorthand.ts';
import { argumentsOf, type CheckArguments, Misuse } from './arguments.ts';
import { checkFile } from './check-file.ts';
import { lineOf } from './print.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qflow-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};
const linesOf = (...shorthand: string[]) =>
  historyOf(...shorthand)
    .events.map(encodeEvent)
    .join('');
const given = (...argv: string[]) => argumentsOf(argv) as CheckArguments;
const good = linesOf('1 invoke write 1', '1 ok write 1', '2 invoke read', '2 ok read 1');
const bad = linesOf('1 invoke write 1', '1 ok write 1', '2 invoke read', '2 ok read 2');

test('judges JSON lines, plain and gzip, and EDN alike', async () => {
  const edn = '{:type :invoke :f :read :process 0 :value nil}\n{:type :ok :f :read :process 0 :value nil}\n';
  const files = [
    await written('a.jsonl', good),
    await written('a.jsonl.gz', gzipSync(good)),
    await written('a.edn', edn),
    await written('b', edn),
    await written('c', good.trimEnd()),
  ];
  for (const file of files) {
    const judged = await checkFile(file, given('register', file));
    expect(lineOf(judged, { json: false, explain: false })).toBe(`${file}: pass\n`);
  }
});

test('says why a history is bad, with evidence, a picture and JSON when asked for', async () => {
  const file = await written('bad.jsonl', bad);
  const judged = await checkFile(file, given('register', file));
  expect(judged.outcome).toBe('fail');
  expect(judged.picture).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(lineOf(judged, { json: false, explain: true }).split('\n')).toEqual([
    `${file}: fail: no order of the operations explains them: a read returned 2, which nobody wrote`,
    '    event 2: process 2 invoke read null',
    '    event 3: process 2 ok read 2',
    '',
  ]);
  expect(JSON.parse(lineOf(judged, { json: true, explain: false }))).toMatchObject({ file, verdict: 'fail' });
});

test.each([
  ['no-such-file', undefined, 'there is no such file'],
  ['text', 'hello\n', 'line 1: not JSON: hello'],
  ['half.gz', gzipSync(good).subarray(0, 30), 'broken gzip: unexpected end of file'],
  ['bytes', new Uint8Array([0x7b, 0xff, 0xfe, 0x0a]), 'not UTF-8 text'],
  ['order', linesOf('1 invoke read').repeat(2), 'line 2: index 0 does not follow 0; number the events upwards'],
])('refuses %s', async (name, content, problem) => {
  const file = content === undefined ? join(folder, name) : await written(name, content);
  expect(await checkFile(file, given('register', file))).toEqual({ file, outcome: 'refused', problem });
});

test('is inconclusive about an empty file', async () => {
  const file = await written('empty', '');
  expect((await checkFile(file, given('register', file))).outcome).toBe('inconclusive');
});

test('judges by the initial value and by the level that is asked for', async () => {
  const file = await written('initial', linesOf('1 invoke read', '1 ok read 7'));
  expect((await checkFile(file, given('register', file, '--initial', '7'))).outcome).toBe('pass');
  expect((await checkFile(file, given('register', file))).outcome).toBe('fail');
  const stale = await written(
    'stale',
    linesOf(
      '1 invoke txn [["w",1,1]]',
      '1 ok txn [["w",1,1]]',
      '2 invoke txn [["r",1,null]]',
      '2 ok txn [["r",1,null]]',
    ),
  );
  expect((await checkFile(stale, given('rw-register', stale))).outcome).toBe('fail');
  expect((await checkFile(stale, given('rw-register', stale, '--level', 'serializable'))).outcome).toBe('pass');
});

test.each([
  [[], 'no model given; see qflow-check --help'],
  [['register'], 'no file given; name at least one history'],
  [['stock', 'a'], 'there is no model "stock"'],
  [['register', 'a', '--timeout', '0'], '--timeout must be a time above 0 such as 30s, 5m or 1500ms, not "0"'],
  [['register', 'a', '--level', 'best'], '--level must be one of read-uncommitted'],
  [['register', 'a', '--null-read', 'x'], '--null-read must be one of absent, unknown, not "x"'],
  [['register', 'a', '--loud'], "Unknown option '--loud'"],
])('refuses the arguments %j', (argv, message) => {
  expect(() => argumentsOf(argv)).toThrow(Misuse);
  expect(() => argumentsOf(argv)).toThrow(message);
});

test.each([
  ['30', 30_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1500ms', 1500],
])('reads the time %s', (text, timeoutMs) => {
  expect(given('register', 'a', '--timeout', text)).toMatchObject({ timeoutMs });
});
