import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, crash, experiment, register, resultSchema } from '@qflow/chaos';
import { agreement } from '@qflow/checkers';
import { simulation } from '@qflow/environments';
import { qflow } from '@qflow/targets';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Catalogues } from './catalogues.ts';
import { main } from './command.ts';
import type { EndingSignal, Io } from './io.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'qflow-cli-'));
});
afterEach(() => rmSync(place, { recursive: true }));

const one = experiment({
  name: 'nodes/leader-failure',
  question: 'Is there life after the leader?',
  expectation: 'There is.',
  cluster: { nodes: 4 },
  workload: register({ ratePerSecond: 20 }),
  baselineMs: 1_000,
  harmMs: 3_000,
  timeline: [at(500, crash({ nodes: 'leader' }))],
  recovery: { withinMs: 10_000 },
  checks: [agreement()],
});
const other = experiment({ ...one, name: 'nodes/recovery-and-rejoin', question: 'Does it come back?' });

function catalogues(): Catalogues {
  return {
    experiments: [one, other],
    quickSet: [one],
    environments: { processes: () => ({ ...simulation(), name: 'processes', deploy: notDeployed }), simulation },
    targets: { qflow },
  };
}
const notDeployed = async () => {
  throw new Error('something was started');
};

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

async function ran(
  line: string,
  {
    environment = {},
    during,
  }: {
    environment?: Record<string, string>;
    during?: (send: (signal: EndingSignal) => void, out: string) => void;
  } = {},
): Promise<Ran> {
  let out = '';
  let error = '';
  let heard: ((signal: EndingSignal) => void) | undefined;
  const io: Io = {
    environment: { XDG_STATE_HOME: join(place, 'state'), ...environment },
    workingDirectory: place,
    colors: false,
    out: (text) => {
      out += text;
      if (heard !== undefined) during?.(heard, out);
    },
    error: (text) => {
      error += text;
    },
    columns: () => undefined,
    onSignal: (listener) => {
      heard = listener;
      return () => {
        heard = undefined;
      };
    },
  };
  const exitCode = await main(
    line.split(' ').filter((word) => word !== ''),
    io,
    async () => catalogues(),
  );
  return { exitCode, out, error };
}

test('what protects the target is not switched off without a warning, and its undo journal never', async () => {
  const { out } = await ran(
    'run --quick --env simulation --no-safety-checks --no-auto-recovery --out out --seed 1 --duration 2',
  );

  expect(out).toContain('Warning: safetyChecks is off');
  expect(out).toContain('Warning: autoRecovery is off');
  expect(readFileSync(join(place, 'out/nodes/leader-failure/undo.jsonl'), 'utf8')).toContain('"entry":"registered"');
});

test('a halt blocks new runs, stops one that runs, and is lifted by resume', async () => {
  expect(await ran('halt smoke')).toMatchObject({ exitCode: 0, out: expect.stringContaining('smoke') });
  const blocked = await ran('run --quick --env simulation');
  expect(blocked).toMatchObject({ exitCode: 4, out: '', error: expect.stringContaining('"qflow-chaos resume" lifts') });
  expect(await ran('resume')).toMatchObject({ exitCode: 0, out: expect.stringContaining('smoke') });
  expect(await ran('resume')).toMatchObject({ exitCode: 0, out: 'Nothing was halted.\n' });

  let halting: Promise<Ran> | undefined;
  const stopped = await ran('run --quick --env simulation --duration 10h --out out', {
    during: () => {
      halting ??= ran('halt fire');
    },
  });
  await halting;
  expect(stopped.exitCode).toBe(4);
  const result = resultSchema.parse(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')));
  expect(result.nodeFailure.details).toMatchObject([
    { verdict: 'aborted', reason: expect.stringMatching(/halted since .*: fire/) },
  ]);
});

test.each([
  ['', 'no command given; try qflow-chaos --help'],
  ['runn', 'unknown command "runn"; did you mean "run"?'],
  [
    'run nodes/leader-failur',
    'There is no experiment or suite "nodes/leader-failur". Did you mean "nodes/leader-failure"?',
  ],
  ['run node', 'There is no experiment or suite "node". Did you mean "nodes"?'],
  ['run byzantine', 'there is no experiment in the suite "byzantine" yet; see qflow-chaos list'],
  ['run --faliure-rate 0.2', 'unknown flag --faliure-rate; did you mean "--failure-rate"?'],
  ['run --failure-rate', '--failure-rate needs a value'],
  ['run --failure-rate=1.5', '--failure-rate is "1.5"; allowed is a number from 0 to 1.'],
  ['run --duration soon', '--duration is "soon"; allowed is a time above 0'],
  ['run --safety-checks=maybe', '--safety-checks takes true or false, not "maybe"'],
  ['run --env proceses', 'there is no environment "proceses"; did you mean "processes"?'],
  ['run --env moon', 'there is no environment "moon"; known are processes, simulation'],
  ['run --env constructor', 'there is no environment "constructor"; known are processes, simulation'],
  ['run --target qflo', 'there is no target "qflo"; did you mean "qflow"?'],
  ['run --seed -1', '--seed is "-1"; allowed is a whole number from 0 to 4294967295'],
  ['run --seed 1e3', '--seed is "1e3"; allowed'],
  ['run --report htlm', 'there is no report format "htlm"; did you mean "html"?'],
  ['run --config nowhere.yaml', '--config nowhere.yaml: there is no such file'],
  ['run --config bad.yaml', 'bad.yaml:2:14: failureRate: '],
  ['run --config unknown.yaml', 'There is no experiment or suite "nodez". Did you mean "nodes"?'],
  ['run --quick nodes', '--quick chooses the experiments itself; leave out the flag or the names'],
  ['run --out bad.yaml/here', '--out bad.yaml/here: '],
  ['run --out .', '--out .: holds files that are not a finished run; name a new or an empty directory'],
  ['list nodes', 'too many arguments'],
])('"%s" is misuse: one line, exit code 2, nothing started, nothing made', async (line, message) => {
  writeFileSync(join(place, 'bad.yaml'), 'seed: 1\nfailureRate: lots\n');
  writeFileSync(join(place, 'unknown.yaml'), 'experiments: [nodez]\n');

  const { exitCode, out, error } = await ran(line);

  expect(error).toContain(`qflow-chaos: ${message}`);
  expect(error.trimEnd().split('\n')).toHaveLength(1);
  expect(out).toBe('');
  expect(exitCode).toBe(2);
  expect(readdirSync(place).sort()).toEqual(['bad.yaml', 'unknown.yaml']);
});

test('a bad variable is misuse, and so is one that looks like a setting and is none', async () => {
  const bad = await ran('run', { environment: { CHAOS_INTENSITY: '11' } });
  const unknown = await ran('run', { environment: { CHAOS_INTENSTIY: '0.1' } });

  expect(bad).toMatchObject({ exitCode: 2, error: expect.stringContaining('CHAOS_INTENSITY is "11"') });
  expect(unknown).toMatchObject({ exitCode: 2, error: expect.stringContaining('Did you mean CHAOS_INTENSITY?') });
});

test('help is for newcomers: it says what it does, shows examples and explains the exit codes', async () => {
  const { exitCode, out } = await ran('--help');

  expect(exitCode).toBe(0);
  expect(out).toContain('qflow-chaos run --quick');
  expect(out).toContain('2 misuse');
});

test('each setting has a flag', async () => {
  const { out } = await ran('run --help');

  for (const flag of [
    'failure-rate',
    'duration',
    'intensity',
    'blast-radius',
    'safety-checks',
    'auto-recovery',
    'metrics-collection',
  ]) {
    expect(out).toContain(`--${flag}`);
  }
});

test('prints the version', async () => {
  expect(await ran('--version')).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('lists the experiments with their questions', async () => {
  const { out } = await ran('list');

  expect(out).toBe(
    `nodes/leader-failure       Is there life after the leader?\nnodes/recovery-and-rejoin  Does it come back?\n`,
  );
});

test('a dry run tells harm, victims, limits and needs, and starts and makes nothing', async () => {
  const { exitCode, out } = await ran('run nodes/leader-failure --dry-run --duration 6 --seed 7');

  expect(exitCode).toBe(0);
  expect(out).toContain('Would run 1 of the experiments with qflow 0.1.0 on processes, seed 7. Nothing is started.');
  expect(out).toMatch(/at 1 s: .*the leader/);
  expect(out).toContain('1 of 4 nodes harmed at once; allowed 1');
  expect(out).toContain('processes.kill');
  expect(out).toContain(
    'crash: start the nodes again over their disks, those that do not run; at the latest after 125 s',
  );
  expect(out).toContain('its watchdog ends the cluster; without both: qflow-chaos recover');
  expect(readdirSync(place)).toEqual([]);
});

test('a dry run says what would not run, and why', async () => {
  const { out } = await ran('run nodes/leader-failure --dry-run --blast-radius 0.1');

  expect(out).toContain('not runnable: "nodes/leader-failure" harms 1 of 4 nodes at once');
  expect(out).toContain('--blast-radius 0.25');
});

test('flag wins over variable, variable over file, file over default', async () => {
  writeFileSync(
    join(place, 'chaos.yaml'),
    'failureRate: 0.2\nintensity: 0.2\nblastRadius: 0.6\nduration: 9s\nmetricsCollection: false\n',
  );
  const { out } = await ran('run --dry-run --config chaos.yaml --failure-rate 0.4', {
    environment: { CHAOS_FAILURE_RATE: '0.3', CHAOS_INTENSITY: '0.3' },
  });

  expect(out).toContain('failureRate 0.4');
  expect(out).toContain('intensity 0.3');
  expect(out).toContain('blastRadius 0.6');
  expect(out).toContain('duration 9000');
  expect(out).toContain('metricsCollection false');
  expect(out).toContain('safetyChecks true');
});

test('switches can be turned off in each way that people write', async () => {
  for (const flag of ['--no-safety-checks', '--safety-checks=false']) {
    expect((await ran(`run ${flag} --dry-run nodes`)).out).toContain('safetyChecks false');
  }
  expect((await ran('run --safety-checks --dry-run nodes')).out).toContain('safetyChecks true');
});

test('a run writes a result that its schema allows, the history and undo journal of each experiment, and its reports', async () => {
  const { exitCode, out, error } = await ran(
    'run nodes/leader-failure --env simulation --seed 42 --out out --report html,junit,markdown,csv',
  );

  expect(error).toBe('');
  const result = resultSchema.parse(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')));
  const [detail] = result.nodeFailure.details;
  expect(detail).toMatchObject({ id: 'nodes/leader-failure', seed: 42, verdict: 'pass' });
  expect(exitCode).toBe(0);

  expect(readdirSync(join(place, 'out')).sort()).toEqual([
    'experiments.csv',
    'failure-points.csv',
    'junit.xml',
    'nodes',
    'report.html',
    'report.md',
    'resilient-behaviors.csv',
    'result.json',
  ]);
  const history = readFileSync(join(place, 'out', detail?.artefacts.history ?? ''), 'utf8')
    .trimEnd()
    .split('\n');
  expect(history.length).toBeGreaterThan(50);
  expect(history.map((text) => JSON.parse(text).index)).toEqual(history.map((_, index) => index));
  expect(existsSync(join(place, 'out', detail?.artefacts.undo ?? ''))).toBe(true);
  expect(out).toContain('Results: out/result.json, ');
});

test('the same seed gives the same simulated run', async () => {
  const fingerprints: unknown[] = [];
  for (const out of ['first', 'second']) {
    await ran(`run nodes/leader-failure --env simulation --seed 42 --out ${out}`);
    fingerprints.push(
      JSON.parse(readFileSync(join(place, out, 'result.json'), 'utf8')).nodeFailure.details[0].fingerprint,
    );
  }

  expect(fingerprints[0]).toMatch(/./);
  expect(fingerprints[1]).toBe(fingerprints[0]);
});

test('results have a directory of their own where none is named', async () => {
  await ran('run nodes/leader-failure --env simulation');

  const [run = ''] = readdirSync(join(place, 'results'));
  expect(readdirSync(join(place, 'results', run))).toContain('result.json');
});

test('an environment that cannot deploy leaves an inconclusive result, not a broken tool', async () => {
  const { exitCode } = await ran('run nodes/leader-failure --out out');

  expect(exitCode).toBe(3);
  expect(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')).summary).toMatchObject({ inconclusive: 1 });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s heals, writes what is known, and ends with %d; a second one changes nothing', async (signal, code) => {
  const { exitCode, out } = await ran('run nodes --env simulation --out out', {
    during: (send, soFar) => {
      if (!soFar.includes('harm') || soFar.includes('stopping')) return;
      send(signal);
      send(signal);
    },
  });

  expect(exitCode).toBe(code);
  expect(out).toContain(`${signal}: stopping, and healing first.\n${signal}: still healing`);
  const result = resultSchema.parse(JSON.parse(readFileSync(join(place, 'out/result.json'), 'utf8')));
  expect(result.nodeFailure.details.map(({ verdict }) => verdict)).toEqual(['aborted', 'aborted']);
});
