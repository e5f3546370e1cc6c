import { isDeed } from '@qflow/checkers';
import { type FakeCluster, type Flaws, fakeCluster, virtualClock } from '@qflow/testkit';
import { expect, test } from 'vitest';
import type { Schedule } from '../experiment/schedule.ts';
import { at, type TimelineEntry, when } from '../experiment/timeline.ts';
import { recordHistory } from '../history/record.ts';
import { RunHealing } from '../safety/healing.ts';
import type { JournalEntry } from '../safety/journal.ts';
import { crash } from './crash.ts';
import { damageLog } from './damage-log.ts';
import type { Fault } from './fault.ts';
import { FailureInjector } from './injector.ts';
import { pause } from './pause.ts';
import { restart } from './restart.ts';
import { terminate } from './terminate.ts';
import { wipe } from './wipe.ts';

const anyNode = { role: 'any', count: 1 } as const;

type Registered = Extract<JournalEntry, { readonly entry: 'registered' }>;

interface World {
  readonly cluster: FakeCluster;
  readonly injector: FailureInjector;
  readonly healing: RunHealing;
  readonly registered: readonly Registered[];
  readonly cut: AbortController;
  states(): readonly string[];
  deeds(): readonly string[];
  run(...timeline: TimelineEntry[]): Promise<void>;
}

function world(flaws: Flaws = {}, size = 7): World {
  const registered: Registered[] = [];
  const clock = virtualClock();
  const history = recordHistory();
  history.startClock(clock);
  const cluster = fakeCluster({ size, seed: 3, history }, clock, flaws);
  const healing = new RunHealing({
    clock,
    journal: {
      async write(entry) {
        if (entry.entry === 'registered') registered.push(entry);
      },
    },
    undo: (undo) => cluster.undo(undo),
  });
  const injector = new FailureInjector({
    cluster,
    healing,
    history,
    radius: { experiment: { name: 'nodes/test' } },
    random: cluster.random.stream('selection'),
    sinceStartMs: () => clock.nowNs() / 1e6,
    bounds: { armedWithinMs: 2_000, injectWithinMs: 1_000, proveWithinMs: 1_000, roomWithinMs: 1_000 },
  });
  const cut = new AbortController();
  return {
    cluster,
    injector,
    healing,
    registered,
    cut,
    states: () => cluster.system.nodes.map(({ state }) => state),
    deeds: () =>
      history
        .frozen()
        .events.filter(isDeed)
        .map(({ f, phase }) => `${f} ${phase}`),
    run: (...timeline) => injector.run(scheduled(timeline), cut.signal),
  };
}

const scheduled = (timeline: readonly TimelineEntry[]): Schedule => ({
  harmMs: 10_000,
  isControlRun: false,
  opportunities: timeline.map((entry) => ({
    entry,
    atMs: 'atMs' in entry.starts ? entry.starts.atMs : entry.starts.afterMs,
    lastsMs: entry.lastsMs ?? null,
    leftOut: null,
  })),
});

/** A fault of a test's own. */
const faulty = (parts: Partial<Fault>): Fault => ({ ...crash({ nodes: { names: ['n2'] } }), name: 'faulty', ...parts });

test.each([
  ['crash', crash({ nodes: anyNode }), ['processes.kill', 'crash', 'processes.restart', 'crash']],
  ['terminate', terminate({ nodes: anyNode }), ['processes.terminate', 'terminate', 'processes.restart', 'terminate']],
  ['pause', pause({ nodes: anyNode }), ['processes.pause', 'pause', 'processes.resume', 'pause']],
  ['restart', restart({ nodes: anyNode }), ['processes.kill', 'processes.restart', 'restart', 'restart']],
  ['wipe', wipe({ nodes: anyNode }), ['processes.kill', 'disks.wipe', 'wipe', 'processes.restart', 'wipe']],
  [
    'a torn log',
    damageLog({ nodes: anyNode, how: 'tear' }),
    ['processes.kill', 'disks.tear', 'damage-log', 'processes.restart', 'damage-log'],
  ],
  [
    'a flipped bit',
    damageLog({ nodes: anyNode, how: 'flip' }),
    ['processes.kill', 'disks.flip', 'damage-log', 'disks.wipe', 'processes.restart', 'damage-log'],
  ],
])('%s is done, proved and healed, and each deed stands in the history', async (_, fault, deeds) => {
  const { run, injector, states, registered, deeds: recorded } = world();

  await run(at(100, fault, { lastsMs: 500 }));

  expect(registered.map(({ undo }) => undo.undo)).toEqual(fault.undoes);
  expect(new Set(registered.map(({ notAfterMs }) => notAfterMs))).toEqual(new Set([120_500]));

  expect(injector.records()).toMatchObject([{ proof: { proved: true }, healed: { proved: true } }]);
  expect(new Set(states())).toEqual(new Set(['running']));
  expect(recorded().map((deed) => deed.split(' ')[0])).toEqual(deeds);
  expect(recorded().at(-1)).toMatch(/healed$/);
});

test('harms nobody once nobody would undo it', async () => {
  const { run, injector, cluster, deeds } = world();
  Object.assign(cluster, { uncared: () => 'the watchdog has ended' });

  await run(at(100, crash({ nodes: anyNode })));

  expect(injector.records()).toMatchObject([{ reason: expect.stringContaining('the watchdog has ended') }]);
  expect(deeds()).toEqual([]);
});

test.each([
  ['crash', crash({ nodes: anyNode }), { killDoesNothing: true }, 'is running, not gone'],
  ['a flipped bit', damageLog({ nodes: anyNode, how: 'flip' }), { acceptsDamage: true }, 'started over a log'],
])('%s that had no effect is not proved', async (_, fault, flaws, reason) => {
  const { run, injector } = world(flaws);

  await run(at(0, fault));

  expect(injector.records()).toMatchObject([{ proof: { proved: false, reason: expect.stringContaining(reason) } }]);
});

test('kills a node that has stopped itself at the very event', async () => {
  const { run, injector, deeds } = world();

  await run(when('proposal-half-sent', crash({ nodes: 'leader' }), { afterMs: 10 }));

  expect(injector.records()).toMatchObject([{ nodes: ['n1'], proof: { proved: true } }]);
  expect(deeds().slice(0, 2)).toEqual(['trace.arm invoked', 'processes.kill invoked']);
});

test('takes an armed stop back when the event does not come, and says so', async () => {
  const { run, injector, states, cluster } = world({ neverReachesEvents: true });

  await run(when('proposal-half-sent', crash({ nodes: 'leader' }), { afterMs: 10 }));

  expect(injector.records()).toMatchObject([
    { effective: null, reason: 'n1 until "proposal-half-sent" did not end within 2000 ms' },
  ]);
  expect(cluster.undone.map(({ undo }) => undo)).toEqual(['trace.disarm', 'processes.resume']);
  expect(new Set(states())).toEqual(new Set(['running']));
});

test('refuses to harm more nodes at once than are tolerated, those of all faults together', async () => {
  const { run, injector, states } = world();
  const two = crash({ nodes: { role: 'any', count: 2 } });

  await run(at(0, two), at(0, crash({ nodes: 'leader' })));

  expect(states().filter((state) => state === 'gone').length).toBeLessThanOrEqual(2);
  expect(injector.records().filter(({ effective }) => effective === null)).toHaveLength(1);
});

test('waits for room while an earlier fault is healed', async () => {
  const { run, injector } = world({}, 4);

  await run(at(0, crash({ nodes: anyNode }), { lastsMs: 500 }), at(300, pause({ nodes: anyNode }), { lastsMs: 100 }));

  const [first, second] = injector.records();
  expect(second?.injectedAtMs).toBeGreaterThanOrEqual(first?.healedAtMs ?? Number.POSITIVE_INFINITY);
});

test('harms nobody when the state of the nodes cannot be seen', async () => {
  const { run, injector, deeds } = world({ stateThrows: true });

  await run(at(0, crash({ nodes: { names: ['n1'] } })));

  expect(injector.records()).toMatchObject([{ effective: null, reason: expect.stringContaining('at once') }]);
  expect(deeds()).toEqual([]);
});

test('hits the nodes of an earlier entry again by its label', async () => {
  const { run, injector } = world();

  await run(
    at(0, crash({ nodes: anyNode }), { label: 'first', lastsMs: 100 }),
    at(2_000, pause({ nodes: { sameAs: 'first' } }), { lastsMs: 100 }),
  );

  const [first, second] = injector.records();
  expect(second?.nodes).toEqual(first?.nodes);
  expect(second?.proof.proved).toBe(true);
});

test('heals whole what a fault did before it threw', async () => {
  const { run, injector, states } = world();
  const throwing = faulty({
    async inject(cluster, [node], healing) {
      await healing.register({ undo: 'processes.start', node: 'n2' });
      await cluster.processes!.kill(node!);
      throw new Error('half-way');
    },
  });

  await run(at(0, throwing));

  expect(states()).not.toContain('gone');
  expect(injector.records()).toMatchObject([
    { proof: { proved: false, reason: 'it failed: half-way' }, healed: { proved: true } },
  ]);
});

test('heals what a fault that hangs does late', async () => {
  const { run, states, cluster } = world();
  const hanging = faulty({
    async inject({ clock, processes }, [node], healing) {
      await healing.register({ undo: 'processes.start', node: 'n2' });
      await clock.sleep(5_000);
      await processes!.kill(node!);
      return null;
    },
  });

  await run(at(0, hanging));
  expect(states()).not.toContain('gone');
  await cluster.clock.sleep(6_000);

  expect(states()).not.toContain('gone');
});

test('does not believe a proof that hangs or throws', async () => {
  const { run, injector } = world();

  await run(
    at(0, faulty({ prove: () => new Promise(() => undefined) }), { lastsMs: 100 }),
    at(3_000, faulty({ prove: () => Promise.reject(new Error('blind')) }), { lastsMs: 100 }),
  );

  expect(injector.records().map(({ proof }) => proof)).toMatchObject([
    { proved: false, reason: expect.stringContaining('did not end') },
    { proved: false, reason: 'blind' },
  ]);
});

test('undoes harm that was under way while the run was healed for good', async () => {
  const { run, states, injector, cut, cluster } = world();
  const slow = faulty({
    async inject({ clock, processes }, [node], healing) {
      await healing.register({ undo: 'processes.start', node: 'n2' });
      await clock.sleep(500);
      await processes!.kill(node!);
      return null;
    },
  });

  const running = run(at(0, slow));
  await cluster.clock.sleep(200);
  cut.abort(new Error('enough'));
  await injector.healAll();
  await running;

  expect(states()).not.toContain('gone');
});

test('says when something could not be healed', async () => {
  const { run, injector, healing } = world({ undoFails: 'processes.start' });

  await run(at(0, crash({ nodes: anyNode }), { lastsMs: 100 }));

  expect(injector.records()).toMatchObject([
    { healed: { proved: false, reason: expect.stringContaining('cannot be undone') } },
  ]);
  expect(healing.residue()).toHaveLength(1);
});
