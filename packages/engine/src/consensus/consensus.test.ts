import { describe, expect, test } from 'vitest';
import { contradictions, SmallCluster } from './testing/small-cluster.ts';

type Value = Readonly<Record<string, unknown>>;
const valuesOf = (cluster: SmallCluster, event: string, node?: number): readonly Value[] =>
  cluster
    .of(event)
    .filter((traced) => node === undefined || traced.node === node)
    .map(({ value }) => value as Value);

describe('a healthy cluster', () => {
  test.each([1, 2, 3, 4, 7, 16])('of %i makes requests final at every node, and then falls silent', (nodes) => {
    const cluster = new SmallCluster({ nodes }).start();
    cluster.wait(100);
    for (let count = 0; count < 25; count += 1) {
      cluster.submit(count % nodes);
    }
    expect(cluster.reaches(25)).toBe(true);
    expect(cluster.fallsSilent()).toBe(true);
    expect(valuesOf(cluster, 'view-change')).toEqual([]);
  });

  test('says nothing at all before the first request', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(1_000);
    const delivered = cluster.world.network.delivered;
    expect(cluster.fallsSilent()).toBe(true);
    expect(cluster.world.network.delivered).toBe(delivered);
    expect(valuesOf(cluster, 'view-entered').map(({ why }) => why)).toEqual([
      'started',
      'started',
      'started',
      'started',
    ]);
  });

  test('agrees on one chain, and every node reports it in order', () => {
    const cluster = new SmallCluster({ nodes: 4, requestsPerBlock: 2 }).start();
    cluster.wait(100);
    for (let count = 0; count < 9; count += 1) {
      cluster.submit(0);
    }
    expect(cluster.reaches(9)).toBe(true);
    const chains = cluster.indices().map((node) => valuesOf(cluster, 'finalized', node));
    expect(chains[0]?.map(({ height }) => height)).toEqual(chains[0]?.map((_, index) => index + 1));
    for (const chain of chains) {
      expect(chain).toEqual(chains[0]);
    }
  });
});

describe('faulty nodes', () => {
  test.each([
    [4, [1]],
    [7, [1, 2]],
  ])(
    'of %i nodes, f dead from the start cost time but no progress, and are passed over after a while',
    (nodes, dead) => {
      const cluster = new SmallCluster({ nodes });
      cluster.start(cluster.indices().filter((index) => !dead.includes(index)));
      cluster.wait(100);
      expect(cluster.finalizes(40, 0)).toBe(true);
      const skipped = new Set(valuesOf(cluster, 'leader-skipped', 0).map(({ leader }) => leader));
      expect([...skipped].sort()).toEqual(dead);
      const changes = valuesOf(cluster, 'view-change', 0);
      // Without passing over, each dead leader would fail one view in every turn.
      expect(changes.length).toBeLessThan((40 * dead.length) / nodes);
      expect(contradictions(cluster.of('vote'))).toEqual([]);
    },
  );

  test('a leader that is back leads again', () => {
    const cluster = new SmallCluster({ nodes: 4 });
    cluster.start([0, 2, 3]);
    cluster.wait(100);
    expect(cluster.finalizes(12, 0)).toBe(true);
    cluster.start([1]);
    expect(cluster.finalizes(60, 0)).toBe(true);
    expect(
      valuesOf(cluster, 'finalized', 0)
        .slice(-30)
        .some(({ proposer }) => proposer === 1),
    ).toBe(true);
  });

  test('a node that is always later than the patience of the others neither stops them nor stays behind', () => {
    const cluster = new SmallCluster({ nodes: 4 });
    cluster.start();
    for (const peer of [0, 1, 2]) {
      const late = { ...cluster.world.network.rule(3, peer), delayMs: 450 };
      cluster.world.network.setRule(3, peer, late);
      cluster.world.network.setRule(peer, 3, late);
    }
    cluster.wait(2_000);
    expect(cluster.finalizes(20, 0)).toBe(true);
    expect(cluster.reaches(20)).toBe(true);
    expect(cluster.finalizes(5, 3)).toBe(true);
  });

  test('a leader that dies with its proposal half sent loses nothing, and another goes on', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    let died = -1;
    cluster.world.onTrace(({ event, node }) => {
      if (event === 'proposal-half-sent' && died < 0) {
        died = node;
        cluster.crash(node);
      }
    });
    cluster.wait(100);
    cluster.submit(3);
    const others = cluster.indices().filter((index) => index !== died);
    expect(
      cluster.reaches(
        1,
        1_000,
        others.filter((index) => index !== 1),
      ),
    ).toBe(true);
    expect(died).toBe(1);
  });

  test('the whole cluster killed at once keeps what was final, and goes on', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    expect(cluster.finalizes(10, 0)).toBe(true);
    for (const index of cluster.indices()) {
      cluster.crash(index);
    }
    for (const index of cluster.indices()) {
      cluster.restart(index);
    }
    expect(cluster.total(0)).toBe(10);
    cluster.wait(100);
    expect(cluster.finalizes(5, 2)).toBe(true);
    expect(cluster.reaches(15)).toBe(true);
    expect(contradictions(cluster.of('vote'))).toEqual([]);
  });
});

describe('a node that was away', () => {
  test('fetches hundreds of blocks in batches, from any peer', () => {
    const cluster = new SmallCluster({ nodes: 4 });
    cluster.start([0, 1, 2]);
    cluster.wait(100);
    expect(cluster.finalizes(600, 0)).toBe(true);
    cluster.start([3]);
    expect(cluster.reaches(600)).toBe(true);
    expect(valuesOf(cluster, 'catch-up', 3)).toHaveLength(1);
  });

  test('gets there over links that lose a third of everything', () => {
    const cluster = new SmallCluster({ nodes: 4, link: { loss: 0.33 } });
    cluster.start([0, 1, 2]);
    cluster.wait(100);
    expect(cluster.finalizes(30, 0)).toBe(true);
    cluster.start([3]);
    cluster.submit(3);
    expect(cluster.reaches(31, 20_000)).toBe(true);
  });

  test('hears of the last block although every word of it was lost', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    for (const peer of [0, 1, 2]) {
      cluster.world.network.setRule(peer, 3, { ...cluster.world.network.rule(peer, 3), loss: 1 });
    }
    cluster.submit(0);
    expect(cluster.reaches(1, 5_000, [0, 1, 2])).toBe(true);
    for (const peer of [0, 1, 2]) {
      cluster.world.network.setRule(peer, 3, { ...cluster.world.network.rule(peer, 3), loss: 0 });
    }
    expect(cluster.reaches(1)).toBe(true);
    expect(cluster.fallsSilent()).toBe(true);
  });
});

describe('partitions', () => {
  test('a ring in which each node reaches a quorum makes progress', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    for (const [one, other] of [
      [0, 2],
      [1, 3],
    ] as const) {
      cluster.world.network.cut(one, other);
      cluster.world.network.cut(other, one);
    }
    cluster.wait(1_000);
    expect(cluster.finalizes(10, 0)).toBe(true);
    expect(cluster.reaches(10)).toBe(true);
  });

  test('two halves commit nothing, and everything after the heal', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    for (const one of [0, 1]) {
      for (const other of [2, 3]) {
        cluster.world.network.cut(one, other);
        cluster.world.network.cut(other, one);
      }
    }
    cluster.wait(500);
    cluster.submit(0);
    cluster.submit(3);
    cluster.wait(5_000);
    expect(cluster.indices().map((index) => cluster.total(index))).toEqual([0, 0, 0, 0]);
    for (const one of [0, 1]) {
      for (const other of [2, 3]) {
        cluster.world.network.heal(one, other);
        cluster.world.network.heal(other, one);
      }
    }
    expect(cluster.reaches(2)).toBe(true);
  });
});

describe('a node whose disk', () => {
  test('was lost signs nothing until a view is final above all that the others were in, and then votes again', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    expect(cluster.finalizes(10, 0)).toBe(true);
    cluster.crash(2);
    cluster.world.disk(2).wipe();
    const wipedAtMs = cluster.world.clock.monotonicMs();
    cluster.restart(2);
    cluster.wait(200);
    expect(cluster.driver(2).core.observing).not.toBeNull();
    const untilView = valuesOf(cluster, 'observing', 2)[0]?.untilView as number;

    expect(cluster.finalizes(10, 0)).toBe(true);
    expect(cluster.reaches(20)).toBe(true);
    const later = cluster.of('vote').filter(({ node, atMs }) => node === 2 && atMs > wipedAtMs);
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ value }) => (value as { view: number }).view > untilView)).toBe(true);
    expect(contradictions(cluster.of('vote'))).toEqual([]);

    cluster.crash(2);
    cluster.restart(2);
    expect(cluster.driver(2).core.observing).toBeNull();
  });

  test('refuses writes falls silent at once, and the others go on', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    cluster.world.disk(1).failWrites('ENOSPC');
    cluster.submit(0);
    expect(cluster.reaches(1, 5_000, [0, 2, 3])).toBe(true);
    expect(cluster.driver(1).hasFailed).toBe(true);
    expect(valuesOf(cluster, 'storage-failed', 1)).toEqual([{ code: 'ENOSPC' }]);
    expect(valuesOf(cluster, 'vote', 1)).toEqual([]);
  });

  test('belongs to another validator is refused by name', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    const { storage } = cluster.world.node(1);
    const other = new SmallCluster({ nodes: 4, wrap: (_, ports) => ({ ...ports, storage }) });
    expect(() => other.start([0])).toThrow('belongs to self 1, but the configuration says 0');
  });
});
