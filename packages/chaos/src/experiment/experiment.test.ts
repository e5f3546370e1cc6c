import { pass } from '@qflow/checkers';
import { createRandom } from '@qflow/simulation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crash } from '../faults/crash.ts';
import { damageLog } from '../faults/damage-log.ts';
import { pause } from '../faults/pause.ts';
import { settingsSchema } from '../settings/settings.ts';
import { register } from '../workloads/register.ts';
import { type ExperimentDefinition, experiment, needsOf } from './define.ts';
import { misfit } from './fits.ts';
import { greatestHarm, scheduleOf } from './schedule.ts';
import { at, every, seconds, type TimelineEntry, when } from './timeline.ts';

const definition: ExperimentDefinition = {
  name: 'nodes/leader-failure',
  question: 'Is it?',
  expectation: 'It is.',
  cluster: { nodes: 7 },
  workload: register(),
  timeline: [at(seconds(1), crash({ nodes: 'leader' }), { lastsMs: seconds(2), label: 'first' })],
  recovery: { withinMs: 1_000 },
  checks: [{ name: 'holds', check: () => pass() }],
};
const defined = (changes: Partial<ExperimentDefinition> = {}) => experiment({ ...definition, ...changes });
const any = (count: number) => ({ role: 'any', count }) as const;

test('fills in what is left out, and lets nobody change it', () => {
  const complete = defined();

  expect(complete).toMatchObject({ baselineMs: 2_000, harmMs: 3_000 });
  expect(() => Object.assign(complete, { harmMs: 1 })).toThrow();
});

test.each<[string, Partial<ExperimentDefinition>, string]>([
  ['a name without suite', { name: 'leader-failure' }, 'name: must look like suite/experiment'],
  ['an unknown suite', { name: 'node/leader' }, 'the suite must be one of nodes, network,'],
  ['no check', { checks: [] }, 'checks: an experiment without a check'],
  ['a check twice', { checks: [definition.checks[0]!, definition.checks[0]!] }, '"holds" stands twice'],
  ['no node', { cluster: { nodes: 0 } }, 'cluster.nodes'],
  ['a fault after the harm', { harmMs: 500 }, 'timeline.0: starts at 1000 ms, outside the harm window of 500 ms'],
  ['a label twice', { timeline: [...definition.timeline, ...definition.timeline] }, 'the label "first" stands twice'],
  ['an unknown label', { timeline: [at(0, crash({ nodes: { sameAs: 'x' } }))] }, 'no earlier entry is labelled "x"'],
  ['a share above one', { blastRadius: 2 }, 'blastRadius'],
])('refuses %s, naming the experiment and the field', (_, changes, message) => {
  expect(() => defined(changes)).toThrow(message);
  expect(() => defined(changes)).toThrow(/^Experiment "/);
});

test('needs what its faults need, and an armed moment needs the trace', () => {
  const timeline = [
    when('proposed', pause({ nodes: 'leader' }), { afterMs: 0 }),
    at(0, damageLog({ nodes: any(1), how: 'flip' })),
  ];

  expect(needsOf(defined({ timeline }))).toEqual([
    'processes.kill',
    'processes.pause',
    'processes.restart',
    'disks.wipe',
    'disks.flip',
    'trace.arm',
  ]);
});

test('says what is missing where, and where it would run', () => {
  const target = { name: 'qflow', workloads: ['register'] };
  const here = { name: 'simulation', offers: ['processes.pause'] } as const;
  const there = [{ name: 'processes', offers: ['processes.kill', 'processes.restart'] }, here] as const;

  expect(misfit(defined(), here, target, there)).toBe(
    'Fault "crash" needs processes.kill, which the "simulation" environment does not offer. Run it with --env processes.',
  );
  expect(misfit(defined(), there[0], target, there)).toBeNull();
  expect(misfit(defined(), there[0], { name: 'redis', workloads: ['list'] })).toContain('"redis"');
});

test('the same seed and settings give the same schedule', () => {
  const timeline = [at(0, pause({ nodes: any(1) }), { lastsMs: 50, repeats: every(100, 20) })];
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, failureRate) => {
      const settings = settingsSchema.parse({ failureRate });
      const once = scheduleOf(defined({ timeline }), settings, createRandom(seed));

      expect(scheduleOf(defined({ timeline }), settings, createRandom(seed))).toEqual(once);
      // The fault that the question is about is always injected, unless nothing is.
      expect(once.opportunities[0]?.leftOut === null).toBe(failureRate > 0);
      expect(once.isControlRun).toBe(failureRate === 0);
    }),
  );
});

test.each<[string, readonly TimelineEntry[], number]>([
  ['one after the other', [at(0, crash({ nodes: any(1) }), { lastsMs: 100 }), at(100, crash({ nodes: any(2) }))], 2],
  ['at one time', [at(0, crash({ nodes: any(1) }), { lastsMs: 200 }), at(100, crash({ nodes: any(2) }))], 3],
  ['until the end', [at(0, crash({ nodes: 'leader' })), at(900, crash({ nodes: 'leader' }))], 2],
  ['as many as tolerated', [at(0, crash({ nodes: { role: 'any', count: 'tolerance' } }))], 2],
  ['the same again', [at(0, crash({ nodes: any(1) }), { label: 'a' }), at(9, pause({ nodes: { sameAs: 'a' } }))], 1],
  ['nobody', [], 0],
])('the most nodes harmed at once: %s', (_, timeline, most) => {
  const schedule = scheduleOf(defined({ timeline, harmMs: 1_000 }), settingsSchema.parse({}), createRandom(1));

  expect(greatestHarm(schedule, 2)).toBe(most);
});
