import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeEvent } from '../history/encode.ts';
import { linearizableHistory, registerScript } from '../testing/object-histories.ts';
import { randomOf } from '../testing/random.ts';
import { historyOf } from '../testing/shorthand.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qflow-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, ...shorthand: string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    historyOf(...shorthand)
      .events.map(encodeEvent)
      .join(''),
  );
  return path;
}

/** Runs the command on a clock on which so many milliseconds pass between any two looks at it. */
async function called(argv: readonly string[], stepMs = 0) {
  let ms = 0;
  let out = '';
  let err = '';
  const code = await run(argv, {
    nowMs: () => {
      ms += stepMs;
      return ms;
    },
    say: (text) => {
      err += text;
    },
    print: (text) => {
      out += text;
    },
  });
  return { code, out, err };
}

const asked = (f: string, value: string, answer = value, process = 1) => [
  `${process} invoke ${f} ${value}`.trim(),
  `${process} ok ${f} ${answer}`.trim(),
];

/** A good and a bad history for every model there is. */
const MODELS: Readonly<Record<string, readonly [good: readonly string[], bad: readonly string[]]>> = {
  register: [
    [...asked('write', '1'), ...asked('read', '', '1')],
    [...asked('write', '1'), ...asked('read', '', '2')],
  ],
  'cas-register': [
    [...asked('write', '1'), ...asked('cas', '[1,2]')],
    [...asked('write', '1'), ...asked('cas', '[3,2]')],
  ],
  kv: [
    [...asked('put', 'x="a"'), ...asked('append', 'x="b"'), ...asked('get', 'x=', 'x="ab"')],
    [...asked('put', 'x="a"'), ...asked('append', 'x="b"'), ...asked('get', 'x=', 'x="a"')],
  ],
  counter: [
    [...asked('add', '2'), ...asked('read', '', '2')],
    [...asked('add', '2'), ...asked('read', '', '3')],
  ],
  set: [
    [...asked('add', '1'), ...asked('read', '', '[1]')],
    [...asked('add', '1'), ...asked('read', '', '[]')],
  ],
  'set-full': [
    [...asked('add', '1'), ...asked('read', '', '[1]')],
    [...asked('add', '1'), ...asked('read', '', '[]')],
  ],
  queue: [
    [...asked('enqueue', '1'), ...asked('dequeue', '', '1')],
    [...asked('enqueue', '1'), ...asked('dequeue', '', 'null')],
  ],
  'total-queue': [
    [...asked('enqueue', '1'), ...asked('dequeue', '', '1'), ...asked('dequeue', '', 'null')],
    [...asked('enqueue', '1'), ...asked('dequeue', '', '1'), ...asked('dequeue', '', '1')],
  ],
  stack: [
    [...asked('push', '1'), ...asked('push', '2'), ...asked('pop', '', '2')],
    [...asked('push', '1'), ...asked('push', '2'), ...asked('pop', '', '1')],
  ],
  'priority-queue': [
    [...asked('insert', '2'), ...asked('insert', '1'), ...asked('poll', '', '1')],
    [...asked('insert', '2'), ...asked('insert', '1'), ...asked('poll', '', '2')],
  ],
  mutex: [
    [...asked('acquire', ''), ...asked('release', ''), ...asked('acquire', '', '', 2)],
    [...asked('acquire', ''), ...asked('acquire', '', '', 2)],
  ],
  list: [
    [...asked('append', '1'), ...asked('read', '', '[1]')],
    [...asked('append', '1'), ...asked('read', '', '[]')],
  ],
  'list-append': [
    [...asked('txn', '[["append",1,1]]'), ...asked('txn', '[["r",1,null]]', '[["r",1,[1]]]')],
    [...asked('txn', '[["append",1,1]]'), ...asked('txn', '[["r",1,null]]', '[["r",1,[2]]]')],
  ],
  'rw-register': [
    [...asked('txn', '[["w",1,1]]'), ...asked('txn', '[["r",1,null]]', '[["r",1,1]]')],
    [...asked('txn', '[["w",1,1]]'), ...asked('txn', '[["r",1,null]]', '[["r",1,2]]')],
  ],
  bank: [
    asked('read', '', '{"0":60,"1":40}'),
    [...asked('read', '', '{"0":60,"1":40}'), ...asked('read', '', '{"0":60,"1":50}')],
  ],
  'long-fork': [
    [...asked('txn', '[["w",1,1]]'), ...asked('txn', '[["r",1,null],["r",2,null]]', '[["r",1,1],["r",2,null]]')],
    [
      ...asked('txn', '[["w",1,1]]'),
      ...asked('txn', '[["w",2,1]]'),
      ...asked('txn', '[["r",1,null],["r",2,null]]', '[["r",1,1],["r",2,null]]', 2),
      ...asked('txn', '[["r",1,null],["r",2,null]]', '[["r",1,null],["r",2,1]]', 3),
    ],
  ],
};

test('there is a history here for every model that the help names', async () => {
  const { code, out } = await called(['--help']);
  expect(code).toBe(0);
  const named = /MODEL is one of (.*)/.exec(out)![1]!.split(', ');
  expect(named.toSorted()).toEqual(Object.keys(MODELS).toSorted());
});

test.each(Object.entries(MODELS))('%s: passes a good history and fails a bad one', async (model, [good, bad]) => {
  const files = [await file(`${model}-good`, ...good), await file(`${model}-bad`, ...bad)];
  expect(await called([model, files[0]!])).toEqual({ code: 0, out: `${files[0]}: pass\n`, err: '' });
  const { code, out, err } = await called([model, ...files]);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out.split('\n')).toMatchObject([`${files[0]}: pass`, expect.stringContaining(`${files[1]}: fail: `), '']);
});

test('the exit code tells pass, fail, misuse and inconclusive apart, and the worst file counts', async () => {
  const good = await file('good', ...MODELS.register![0]);
  const bad = await file('bad', ...MODELS.register![1]);
  const silent = await file('silent');
  const broken = join(folder, 'broken');
  await writeFile(broken, '{"type":"ok","process":1,"f":"read","value":1,"time":0,"index":0}\n');
  const codeOf = async (...files: string[]) => (await called(['register', ...files])).code;
  expect(await codeOf(good)).toBe(0);
  expect(await codeOf(good, silent)).toBe(3);
  expect(await codeOf(silent, broken, good)).toBe(2);
  expect(await codeOf(silent, broken, bad, good)).toBe(1);
  expect(await called(['stock', good])).toMatchObject({ code: 2, out: '', err: /^qflow-check: there is no model/ });
});

test('with --json each file is one object a line, whatever came of it', async () => {
  const files = [
    await file('json-good', ...MODELS.register![0]),
    await file('json-bad', ...MODELS.register![1]),
    join(folder, 'missing'),
  ];
  const { out } = await called(['register', ...files, '--json']);
  const lines = out.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { file: files[0], verdict: 'pass' },
    { file: files[1], verdict: 'fail', evidence: [{ index: 2 }, { index: 3 }] },
    { file: files[2], verdict: 'refused', reason: 'there is no such file' },
  ]);
});

test('--explain shows the operations below the line, --svg draws the first fail, a cycle as a graph', async () => {
  const svg = join(folder, 'fail.svg');
  const bad = await file('drawn', ...MODELS.stack![1]);
  const { out } = await called(['stack', bad, '--explain', '--svg', svg]);
  expect(out.split('\n')).toContain('    event 5: process 1 ok pop 1');
  expect(await readFile(svg, 'utf8')).toContain('process 1');

  const stale = await file(
    'stale',
    ...asked('txn', '[["append",1,1]]'),
    ...asked('txn', '[["r",1,null]]', '[["r",1,[]]]', 2),
    ...asked('txn', '[["r",1,null]]', '[["r",1,[1]]]', 3),
  );
  await called(['list-append', stale, '--svg', svg]);
  expect(await readFile(svg, 'utf8')).toContain('T1 (process 2)');
  expect((await called(['list-append', stale, '--level', 'serializable'])).code).toBe(0);
});

test('a picture that cannot be written is named, not lost without a word', async () => {
  const bad = await file('undrawn', ...MODELS.register![1]);
  const answer = await called(['register', bad, '--svg', join(folder, 'no', 'such', 'folder.svg')]);
  expect(answer.code).toBe(2);
  expect(answer.err).toMatch(/^qflow-check: the picture cannot be written to .*folder\.svg: ENOENT/);
});

test('gzip of EDN is read too', async () => {
  const path = join(folder, 'history.edn.gz');
  const edn = '{:type :invoke, :f :add, :process 0, :value 1}\n{:type :ok, :f :add, :process 0, :value 1}\n';
  await writeFile(path, gzipSync(edn));
  expect(await called(['counter', path])).toEqual({ code: 0, out: `${path}: pass\n`, err: '' });
});

test('a long check says so from time to time, and stops when its time is over', async () => {
  const path = join(folder, 'long');
  const script = registerScript(5, { cas: true });
  const history = linearizableHistory(script, { operations: 3000, clients: 20 }, randomOf(1));
  await writeFile(path, history.events.map(encodeEvent).join(''));
  const patient = await called(['cas-register', path], 1000);
  expect(patient.code).toBe(0);
  expect(patient.err.split('\n')[0]).toBe(`${path}: still searching after 6 s`);
  const hasty = await called(['cas-register', path, '--timeout', '3s'], 1000);
  expect(hasty.code).toBe(3);
  expect(hasty.out).toMatch(/: inconclusive: the search took longer than 3000 ms \(decided: the first \d+ events\)\n$/);
  const unread = await file('transactions', ...MODELS['list-append']![0]);
  expect((await called(['list-append', unread, '--timeout', '1s'], 1000)).out).toBe(
    `${unread}: inconclusive: the search took longer than 1000 ms\n`,
  );
});

test('values that nobody knows, and the value at first, are taken as told', async () => {
  const path = await file('first', ...asked('read', '', '7'), ...asked('read', '', 'null'));
  expect((await called(['register', path])).code).toBe(1);
  expect((await called(['register', path, '--initial', '7'])).code).toBe(1);
  expect((await called(['register', path, '--initial', '7', '--null-read', 'unknown'])).code).toBe(0);
});
