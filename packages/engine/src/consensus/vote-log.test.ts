import type { Log, Ports, Storage } from '@qflow/ports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contradictions, SmallCluster } from './testing/small-cluster.ts';
import { consensusLogName, initializeLog } from './vote-log.ts';

/** Where in its writing a node dies: before its nth append, before the sync after it, or right after that sync. */
type Moment = 'append' | 'before-sync' | 'after-sync';

/** Calls `dies` at that moment, after which the node's ports do nothing. */
function dyingStorage(storage: Storage, moment: Moment, nth: number, dies: () => void): Storage {
  let count = 0;
  const at = (place: Moment): void => {
    if (place === moment) {
      count += 1;
      if (count === nth) {
        dies();
      }
    }
  };
  return {
    openLog(name): Log {
      const log = storage.openLog(name);
      return {
        existed: log.existed,
        records: () => log.records(),
        append(record) {
          at('append');
          log.append(record);
        },
        sync() {
          at('before-sync');
          log.sync();
          at('after-sync');
        },
        replace: (records) => log.replace(records),
        close: () => log.close(),
      };
    },
  };
}

/** Node 2 of 4 dies once at the given moment and comes back while requests and losses go on. */
function lifeWithDeath(
  seed: number,
  moment: Moment,
  nth: number,
  isWiped: boolean,
): { cluster: SmallCluster; died: boolean } {
  let died = false;
  const wrap = (index: number, ports: Ports): Ports => {
    const dies = (): void => {
      died = true;
      cluster.crash(2);
      if (isWiped) {
        cluster.world.disk(2).wipe();
      }
      cluster.world.clock.after(150, () => cluster.restart(2));
    };
    return index === 2 && !died ? { ...ports, storage: dyingStorage(ports.storage, moment, nth, dies) } : ports;
  };
  // Slow and lossy enough that views are given up, too.
  const link = { delayMs: 20, jitterMs: 60, loss: 0.1 };
  const cluster: SmallCluster = new SmallCluster({
    seed,
    nodes: 4,
    link,
    timing: { viewTimeoutMs: 150 },
    wrap,
    requestsPerBlock: 2,
  });
  cluster.start();
  for (let count = 0; count < 12; count += 1) {
    cluster.wait(90);
    const asked = cluster.living().filter((index) => index !== 2);
    cluster.submit(asked[count % asked.length] as number);
  }
  return { cluster, died };
}

const deaths = fc.record({
  seed: fc.nat(1_000),
  moment: fc.constantFrom<Moment>('append', 'before-sync', 'after-sync'),
  nth: fc.integer({ min: 1, max: 18 }),
});

describe('a node that dies at any point of writing its votes', () => {
  test('and comes back never contradicts what it said before, and gets everything final', () => {
    fc.assert(
      fc.property(deaths, ({ seed, moment, nth }) => {
        const { cluster } = lifeWithDeath(seed, moment, nth, false);
        expect(contradictions(cluster.of('vote'))).toEqual([]);
        expect(cluster.reaches(12, 30_000)).toBe(true);
        expect(contradictions(cluster.of('vote'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('with its disk lost never contradicts what it said before, and gets everything final', () => {
    fc.assert(
      fc.property(deaths, ({ seed, moment, nth }) => {
        const { cluster } = lifeWithDeath(seed, moment, nth, true);
        expect(cluster.reaches(12, 30_000)).toBe(true);
        expect(contradictions(cluster.of('vote'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('really dies there in most of these runs', () => {
    const outcomes = fc
      .sample(deaths, { numRuns: 30, seed: 7 })
      .map(({ seed, moment, nth }) => lifeWithDeath(seed, moment, nth, false).died);
    expect(outcomes.filter(Boolean).length).toBeGreaterThan(20);
  });
});

describe('a log of consensus', () => {
  test('is made once: genesis does not make a disk that was used look fresh', () => {
    const cluster = new SmallCluster({ nodes: 1 }).start();
    const { storage, crypto } = cluster.world.node(0);
    expect(() => initializeLog(storage, cluster.configuration(0), crypto)).toThrow(
      'Genesis needs an empty data directory',
    );
  });

  test('that holds something else is refused with what to do', () => {
    const cluster = new SmallCluster({ nodes: 1 });
    const log = cluster.world.node(0).storage.openLog(consensusLogName);
    log.append(Uint8Array.of(99));
    log.sync();
    log.close();
    cluster.crash(0);
    expect(() => cluster.restart(0)).toThrow(/Record 0 of log "consensus" is not of this version's format.*wipe it/);
  });

  test('gives back the blocks, the head and the votes of every life before', () => {
    const cluster = new SmallCluster({ nodes: 4 }).start();
    cluster.wait(100);
    expect(cluster.finalizes(7, 1)).toBe(true);
    const before = cluster.driver(1).core;
    cluster.crash(1);
    cluster.restart(1);
    const after = cluster.driver(1).core;
    expect(after.head.sealed).toEqual(before.head.sealed);
    expect(after.schedule).toEqual(before.schedule);
    expect(after.view).toBe(before.view);
  });
});
