import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultSchema } from '@qflow/chaos';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The command as users run it: the build, in a process of its own.
const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let place: string;
beforeEach(() => {
  expect(existsSync(entry), 'build first: npm run build').toBe(true);
  place = mkdtempSync(join(tmpdir(), 'qflow-bin-'));
});
afterEach(() => rmSync(place, { recursive: true }));

function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [entry, ...words], {
    cwd: place,
    env: { ...process.env, XDG_STATE_HOME: join(place, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (bytes: Buffer) => {
    texts.out += String(bytes);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    texts.error += String(bytes);
  });
  const ended = new Promise<{ exitCode: number | null; out: string; error: string }>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }));
  });
  return { child, ended };
}

test('prints its help', async () => {
  expect(await start('--help').ended).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('Exit codes:'),
    error: '',
  });
});

test('misuse is one line on the error stream, and exit code 2', async () => {
  expect(await start('run', 'nodes/leader-failur').ended).toEqual({
    exitCode: 2,
    out: '',
    error: 'qflow-chaos: There is no experiment or suite "nodes/leader-failur". Did you mean "nodes/leader-failure"?\n',
  });
});

test('a reader that goes away does not end the run', async () => {
  const { child, ended } = start(
    'run',
    'nodes/multiple-failures',
    '--env',
    'simulation',
    '--seed',
    '1',
    '--out',
    'out',
  );
  child.stdout.once('data', () => child.stdout.destroy());

  expect(await ended).toMatchObject({ exitCode: 0, error: '' });
  expect(existsSync(join(place, 'out/result.json'))).toBe(true);
});

/** Words of every living process that was started below this test's directory. */
const livingBelow = (directory: string): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return words.includes(`${directory}/`) ? [words] : [];
    } catch {
      return [];
    }
  });

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s while a fault harms real processes heals them first, and a second one skips nothing',
  async (signal, code) => {
    const { child, ended } = start(
      ...['run', 'nodes/multiple-failures', '--env', 'processes', '--duration', '20s', '--seed', '1', '--out', 'out'],
    );
    child.stdout.on('data', (bytes: Buffer) => {
      if (String(bytes).includes('healing first')) child.kill(signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT');
    });
    const history = join(place, 'out/nodes/multiple-failures/history.jsonl');
    await expect
      .poll(() => existsSync(history) && readFileSync(history, 'utf8'), { timeout: 50_000 })
      .toContain('"phase":"proved"');
    child.kill(signal);

    const { exitCode, out } = await ended;

    expect(exitCode).toBe(code);
    expect(out).toContain('still healing');
    const result = resultSchema.parse(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')));
    const [detail] = result.nodeFailure.details;
    expect(detail).toMatchObject({ verdict: 'aborted', residue: [], abortLatencyMs: expect.any(Number) });
    console.log(`${signal}: healed ${Math.round(detail!.abortLatencyMs!)} ms after the abort, restarts included`);
    expect(detail!.faults.filter(({ effective }) => effective !== null)).toMatchObject([{ healed: { proved: true } }]);
    expect(livingBelow(place)).toEqual([]);
    expect(await start('recover', '--check').ended).toMatchObject({ exitCode: 0 });
  },
);

test('Ctrl-C heals, writes what is known, and ends with 130', async () => {
  const { child, ended } = start(
    'run',
    'nodes/multiple-failures',
    '--env',
    'simulation',
    '--duration',
    '1h',
    '--out',
    'out',
  );
  child.stdout.on('data', (bytes: Buffer) => {
    if (String(bytes).includes('harm')) child.kill('SIGINT');
  });

  const { exitCode, out } = await ended;

  expect(exitCode).toBe(130);
  expect(out).toContain('SIGINT: stopping, and healing first.');
  const result = resultSchema.parse(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')));
  expect(result.nodeFailure.details).toMatchObject([{ verdict: 'aborted', residue: [] }]);
});
