import { agreement, linearizable, noLostWrites, recovered } from '@qflow/checkers';
import { type FakeEnvironment, type Flaws, fakeEnvironment, fakeTarget } from '@qflow/testkit';
import { expect, test } from 'vitest';
import { type ExperimentDefinition, experiment } from '../experiment/define.ts';
import { at, every, seconds } from '../experiment/timeline.ts';
import { crash } from '../faults/crash.ts';
import { pause } from '../faults/pause.ts';
import type { Progress } from '../result/reporter.ts';
import { type ChaosTestResults, resultSchema } from '../result/result.ts';
import { settingsSchema } from '../settings/settings.ts';
import { register } from '../workloads/register.ts';
import { Interrupted } from './interrupted.ts';
import { memoryPlace } from './place.ts';
import { ChaosTestSuite, type SuiteOptions } from './suite.ts';

const definition: ExperimentDefinition = {
  name: 'nodes/leader-failure',
  question: 'Does a leader take acknowledged writes with it when it crashes?',
  expectation: 'Another node leads soon, and every acknowledged write is still there.',
  cluster: { nodes: 4 },
  workload: register({ ratePerSecond: 50 }),
  timeline: [at(seconds(1), crash({ nodes: 'leader' }), { lastsMs: seconds(1) })],
  harmMs: seconds(3),
  recovery: { withinMs: seconds(5) },
  checks: [linearizable(), agreement(), noLostWrites(), recovered({ withinMs: 2_000 })],
};

interface Setup {
  readonly flaws?: Flaws;
  readonly changes?: Partial<ExperimentDefinition>;
  readonly settings?: object;
  readonly more?: Partial<SuiteOptions>;
  readonly environment?: FakeEnvironment;
}

function suiteOf({ flaws, changes, settings = {}, more = {}, environment = fakeEnvironment(flaws) }: Setup) {
  const suite = new ChaosTestSuite({
    catalogue: [experiment({ ...definition, ...changes })],
    names: [],
    environment,
    target: fakeTarget,
    settings: settingsSchema.parse(settings),
    seed: 7,
    runId: 'r1',
    version: '0.1.0',
    place: memoryPlace(),
    reporters: [],
    ...more,
  });
  return { suite, environment };
}

async function run(setup: Setup = {}) {
  const { suite, environment } = suiteOf(setup);
  const results = await suite.run();
  return { results, detail: only(results), environment, exitCode: results.exitCode };
}

const only = ({ nodeFailure }: ChaosTestResults) => nodeFailure.details[0]!;

test('a passing run: every phase in order, harm proved and healed, a result that fits its schema', async () => {
  const { results, detail, environment } = await run();

  expect(resultSchema.parse(results)).toEqual(results);
  expect(results).toMatchObject({ exitCode: 0, summary: { totalTests: 1, passed: 1 } });
  expect(detail.verdict).toBe('pass');
  expect(detail.phases.map(({ phase }) => phase)).toEqual([
    'deploy',
    'steady-state',
    'baseline',
    'harm',
    'heal',
    'recovery',
    'final-reads',
    'judgement',
  ]);
  expect(detail.faults).toMatchObject([{ nodes: ['n1'], proof: { proved: true }, healed: { proved: true } }]);
  expect(results.nodeFailure.resilientBehaviors.map(({ mechanism }) => mechanism)).toEqual(['view-change', 'catch-up']);
  expect(environment.clusters.map(({ isStopped }) => isStopped)).toEqual([true]);
});

test('the same seed gives the same run, another seed another', async () => {
  const historyOf = async (seed: number): Promise<string> => {
    const lines: string[] = [];
    const place = memoryPlace();
    const open = async (name: string) => ({
      ...(await place.open(name)),
      historyLine: (line: string) => lines.push(line),
    });
    await run({ more: { seed, place: { ...place, open } as never } });
    return lines.join('\n');
  };
  const first = await historyOf(1);

  expect(await historyOf(1)).toBe(first);
  expect(await historyOf(2)).not.toBe(first);
});

test.each<[string, Setup, string, number, string]>([
  ['a lost write', { flaws: { losesWrites: true } }, 'fail', 1, ''],
  [
    'no fail-over',
    { flaws: { neverFailsOver: true }, changes: { timeline: [at(0, crash({ nodes: 'leader' }))] } },
    'fail',
    1,
    'recovered',
  ],
  ['a node that stays behind', { flaws: { neverCatchesUp: true } }, 'fail', 1, 'back-to-steady-state'],
  ['residue', { flaws: { residue: 'a rule on n1' } }, 'fail', 5, 'left behind: a rule on n1'],
  ['an undo that fails', { flaws: { undoFails: 'processes.start' } }, 'fail', 5, ''],
  ['harm without effect', { flaws: { killDoesNothing: true } }, 'inconclusive', 3, 'harm was not proved'],
  ['a deployment that fails', { flaws: { deployFails: true } }, 'inconclusive', 3, 'did not start: no room'],
  ['no steady state', { flaws: { deadNode: 'n3' } }, 'inconclusive', 3, 'no steady state: n3 did not serve'],
  ['a starved host', { flaws: { starvedMs: 20_000 } }, 'aborted', 4, 'stopped for safety: this machine did not run'],
  [
    'a bound missed on a starved host',
    { flaws: { starvedMs: 2_000, neverCatchesUp: true } },
    'inconclusive',
    3,
    'the host was starved',
  ],
  ['a control run', { settings: { failureRate: 0 } }, 'pass', 0, 'control run'],
  ['a ceiling too low', { settings: { blastRadius: 0.2 } }, 'not-runnable', 3, '--blast-radius 0.25'],
  ['no automatic recovery', { settings: { autoRecovery: false } }, 'inconclusive', 3, 'autoRecovery is off'],
])('%s', async (_, setup, verdict, code, reason) => {
  const { detail, results, exitCode, environment } = await run(setup);

  expect(resultSchema.safeParse(results).error).toBeUndefined();
  expect(detail).toMatchObject({ verdict, reason: expect.stringContaining(reason) });
  expect(exitCode).toBe(code);
  expect(environment.clusters.every(({ isStopped }) => isStopped)).toBe(true);
});

test('what an environment does not offer is not runnable, and says where it would be', async () => {
  const environment = { ...fakeEnvironment(), offers: ['processes.pause'] as const };
  const elsewhere = [{ name: 'processes', offers: fakeEnvironment().offers }] as const;

  const { detail, exitCode } = await run({ environment, more: { elsewhere } });

  expect(detail).toMatchObject({
    verdict: 'not-runnable',
    reason:
      'Fault "crash" needs processes.kill, which the "simulation" environment does not offer. Run it with --env processes.',
  });
  expect(exitCode).toBe(3);
  expect(environment.clusters).toHaveLength(0);
});

test('a stop condition heals at once and aborts', async () => {
  const { detail, environment } = await run({
    flaws: { neverFailsOver: true },
    changes: {
      harmMs: seconds(60),
      timeline: [at(seconds(1), crash({ nodes: 'leader' }))],
      stopConditions: [{ stop: 'availability-below', floor: 0.5, forMs: 1_000 }],
    },
  });

  expect(detail).toMatchObject({ verdict: 'aborted', reason: expect.stringContaining('the floor is 0.5') });
  expect(detail.durationMs).toBeLessThan(10_000);
  expect(detail.faults).toMatchObject([{ healed: { proved: true } }]);
  expect(environment.clusters[0]!.system.nodes.map(({ state }) => state)).not.toContain('gone');
});

test('with safety checks off no stop condition ends the run', async () => {
  const { detail } = await run({
    settings: { safetyChecks: false },
    changes: { stopConditions: [{ stop: 'deadline', windows: 0.1 }] },
  });

  expect(detail.verdict).toBe('pass');
});

test('Ctrl-C heals, keeps what there is, and starts nothing more', async () => {
  const user = new AbortController();
  const catalogue = ['nodes/leader-failure', 'nodes/single-failure'].map((name) => experiment({ ...definition, name }));
  const reporter = {
    name: 'user',
    onProgress(progress: Progress) {
      if (progress.kind === 'fault' && progress.stage === 'proved') user.abort(new Interrupted('SIGINT'));
    },
  };

  const { results, environment } = await run({ more: { catalogue, signal: user.signal, reporters: [reporter] } });

  expect(results.exitCode).toBe(130);
  expect(results.nodeFailure.details).toMatchObject([
    { verdict: 'aborted', faults: [{ healed: { proved: true } }] },
    { verdict: 'aborted', reason: expect.stringContaining('not started') },
  ]);
  expect(environment.clusters).toHaveLength(1);
  expect(environment.clusters[0]).toMatchObject({ isStopped: true });
});

test('repetitions are thinned by the failure rate, and those left out stand in the result', async () => {
  const timeline = [
    at(seconds(0.2), pause({ nodes: { role: 'follower', count: 1 } }), { lastsMs: 100, repeats: every(500, 4) }),
  ];
  const all = await run({ changes: { timeline }, settings: { failureRate: 1 } });
  const few = await run({ changes: { timeline }, settings: { failureRate: 0.01 } });

  expect(all.detail.faults.filter(({ effective }) => effective !== null)).toHaveLength(5);
  expect(few.detail.faults).toHaveLength(5);
  expect(few.detail.faults.filter(({ effective }) => effective !== null)).toHaveLength(1);
  expect(few.detail.verdict).toBe('pass');
});

test('another duration stretches the whole timeline', async () => {
  const { detail } = await run({ settings: { duration: seconds(6) } });

  const harm = detail.phases.find(({ phase }) => phase === 'harm')!;
  expect(detail.faults[0]!.injectedAtMs! - harm.startedAtMs).toBeCloseTo(2_000, -2);
  expect(harm.endedAtMs - harm.startedAtMs).toBeGreaterThanOrEqual(6_000);
});

test('reporters hear of each phase and fault, of the load, and of the end', async () => {
  const heard: string[] = [];
  const reporter = {
    name: 'ear',
    onProgress: (progress: Progress) => heard.push(progress.kind === 'phase' ? progress.phase : progress.kind),
    onExperimentEnd: () => heard.push('end'),
    onRunEnd: () => void heard.push('run end'),
  };

  await run({ more: { reporters: [reporter] } });

  expect(new Set(heard)).toEqual(
    new Set([
      'experiment-started',
      'deploy',
      'steady-state',
      'baseline',
      'harm',
      'fault',
      'load',
      'heal',
      'recovery',
      'final-reads',
      'end',
      'run end',
    ]),
  );
  expect(heard.slice(-2)).toEqual(['end', 'run end']);
});

test('a verdict whose record could not be written stays open', async () => {
  const place = memoryPlace();
  const open = async (name: string) => ({
    ...(await place.open(name)),
    close: () => Promise.reject(new Error('disk full')),
  });

  const { detail } = await run({ more: { place: { ...place, open } } });

  expect(detail).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('disk full') });
});

test('no harm is done when the journal cannot be written', async () => {
  const place = memoryPlace();
  const open = async (name: string) => ({
    ...(await place.open(name)),
    journal: { write: () => Promise.reject(new Error('disk full')) },
  });

  const { detail, environment } = await run({ more: { place: { ...place, open } } });

  expect(detail.faults).toMatchObject([{ proof: { proved: false, reason: expect.stringContaining('disk full') } }]);
  expect(environment.clusters[0]!.system.nodes.map(({ incarnation }) => incarnation)).toEqual([1, 1, 1, 1]);
});
