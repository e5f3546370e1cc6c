import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulation } from '@qflow/environments';
import { qflow } from '@qflow/targets';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../command.ts';

let place: string;
let deployment: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'qflow-recover-'));
  deployment = join(place, 'results', 'deployment');
  mkdirSync(deployment, { recursive: true });
});
afterEach(() => rmSync(place, { recursive: true }));

async function ran(...words: readonly string[]) {
  const said = { out: '', error: '' };
  const exitCode = await main(
    words,
    {
      environment: { XDG_STATE_HOME: place },
      workingDirectory: place,
      colors: false,
      out: (text) => {
        said.out += text;
      },
      error: (text) => {
        said.error += text;
      },
      columns: () => undefined,
      onSignal: () => () => undefined,
    },
    async () => ({
      experiments: [],
      quickSet: [],
      environments: { processes: () => ({ ...simulation(), name: 'processes' }), simulation },
      targets: { qflow },
    }),
  );
  return { exitCode, ...said };
}

/** A run whose framework died: its record, its journal, and a node that goes on. */
async function deadRun() {
  const mark = `r1:${deployment}`;
  const node = spawn('/bin/sleep', ['600'], { env: { QFLOW_CHAOS_RUN: mark }, stdio: 'ignore' });
  await once(node, 'spawn');
  const gone = { pid: 1, startTime: 'another', bootId: 'boot' };
  const journal = join(deployment, 'processes.jsonl');
  appendFileSync(journal, '{"entry":"registered","id":1,"undo":{"undo":"processes.start","node":"n1"}}\n');
  mkdirSync(join(place, 'qflow-chaos', 'runs'), { recursive: true });
  const record = { runId: 'r1', startedAt: 'then', directory: deployment, mark, journals: [journal] };
  writeFileSync(
    join(place, 'qflow-chaos', 'runs', 'r1.json'),
    JSON.stringify({ ...record, framework: gone, watchdog: gone }),
  );
  return { node, journal };
}

test('nothing is left where nothing was', async () => {
  expect(await ran('recover', '--check')).toMatchObject({ exitCode: 0, out: 'Nothing is left of earlier runs.\n' });
  expect(await ran('recover')).toMatchObject({ exitCode: 0, out: 'Nothing is left of earlier runs.\n' });
});

test('lists without touching, undoes, and has nothing to do the second time', async () => {
  const { node, journal } = await deadRun();

  expect(await ran('recover', '--check')).toMatchObject({
    exitCode: 5,
    out: `${deployment} (run r1): 1 undo not done, 1 process left\n`,
  });
  expect(node.exitCode ?? node.signalCode).toBeNull();

  const ended = once(node, 'exit');
  expect(await ran('recover')).toMatchObject({
    exitCode: 0,
    out: `${deployment}: ended 1 process, 1 undo settled; verified, nothing is left\n`,
  });
  await ended;
  expect(node.signalCode).toBe('SIGKILL');
  expect(readFileSync(journal, 'utf8')).toContain('"undone"');
  expect(await ran('recover', '--check')).toMatchObject({ exitCode: 0 });
});

test('a run refuses to start over leftovers, with one line that names the remedy', async () => {
  const { node } = await deadRun();

  const refused = await ran('run', '--quick');
  expect(refused).toMatchObject({ exitCode: 2, out: '' });
  expect(refused.error).toMatch(/^qflow-chaos: an earlier run left something .* Run "qflow-chaos recover" first.*\n$/);

  const recovered = await ran('run', '--quick', '--recover', '--out', 'out');
  expect(recovered.out).toContain('verified, nothing is left');
  expect(node.signalCode ?? (await once(node, 'exit'))).toBeTruthy();
  expect(await ran('recover', '--check')).toMatchObject({ exitCode: 0 });
});

test('names a directory that is not there, and flags that contradict each other', async () => {
  expect(await ran('recover', 'nowhere')).toMatchObject({
    exitCode: 2,
    error: 'qflow-chaos: there is no directory "nowhere" to recover\n',
  });
  expect(await ran('recover', '--check', '--force')).toMatchObject({ exitCode: 2 });
});

test('what cannot be read is given up by force alone, and named', async () => {
  mkdirSync(join(place, 'qflow-chaos', 'runs'), { recursive: true });
  writeFileSync(join(place, 'qflow-chaos', 'runs', 'broken.json'), '{');

  expect(await ran('recover')).toMatchObject({ exitCode: 5, out: expect.stringContaining('--force gives it up') });
  expect(await ran('recover', '--force')).toMatchObject({
    exitCode: 5,
    out: expect.stringContaining('given up without verification'),
  });
  expect(await ran('recover')).toMatchObject({ exitCode: 0 });
});
