import type { Log, NodeIndex, Ports } from '@qflow/ports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld, type World, type WorldSettings } from './world.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const textsIn = (log: Log): string[] => [...log.records()].map(textOf);

/** Listens on a node and writes down what it hears. */
function ear(ports: Ports): string[] {
  const heard: string[] = [];
  ports.network.listen({
    onMessage: (from, message) => heard.push(`${from}: ${textOf(message)}`),
    onConnected: (peer) => heard.push(`+${peer}`),
    onDisconnected: (peer) => heard.push(`-${peer}`),
  });
  return heard;
}

function connectedWorld(settings: Partial<WorldSettings> = {}): { world: World; heard: string[][] } {
  const world = createWorld({ seed: 1, nodes: 3, ...settings });
  const heard = Array.from({ length: world.size }, (_, index) => ear(world.node(index)));
  world.run({ untilMs: 100 });
  for (const lines of heard) {
    lines.length = 0;
  }
  return { world, heard };
}

const say = (world: World, from: NodeIndex, to: NodeIndex, text: string): void =>
  world.node(from).network.send(to, bytesOf(text));

describe('links', () => {
  test('come up when both ends listen, and carry messages in order', () => {
    const { world, heard } = connectedWorld({ link: { delayMs: 1, jitterMs: 20 } });
    expect(world.node(0).network.connected()).toEqual([1, 2]);

    const numbers = Array.from({ length: 50 }, (_, number) => `${number}`);
    for (const number of numbers) {
      say(world, 0, 1, number);
    }
    world.run({ untilMs: 200 });

    expect(heard[1]).toEqual(numbers.map((number) => `0: ${number}`));
    expect(heard[2]).toEqual([]);
  });

  test('lose, repeat and reorder as their rule says', () => {
    const { world, heard } = connectedWorld({ link: { delayMs: 5, jitterMs: 5 } });
    const counts = (rule: { loss?: number; duplicate?: number; reorder?: number }): string[] => {
      world.network.setRule(0, 1, { delayMs: 5, jitterMs: 5, loss: 0, duplicate: 0, reorder: 0, ...rule });
      for (let number = 0; number < 1_000; number += 1) {
        say(world, 0, 1, `${number}`);
      }
      world.run({});
      return heard[1]?.splice(0) ?? [];
    };

    const lossy = counts({ loss: 0.3 }).length;
    expect(lossy).toBeGreaterThan(600);
    expect(lossy).toBeLessThan(800);
    const repeated = counts({ duplicate: 0.2 }).length;
    expect(repeated).toBeGreaterThan(1_100);
    expect(repeated).toBeLessThan(1_300);
    const shuffled = counts({ reorder: 0.2 });
    expect(shuffled).toHaveLength(1_000);
    expect(shuffled).not.toEqual(shuffled.toSorted((one, other) => Number(one.slice(3)) - Number(other.slice(3))));
  });

  test('hold what is sent over a short cut, and let it go on after the heal', () => {
    const { world, heard } = connectedWorld();
    world.network.cut(0, 1);
    say(world, 0, 1, 'held');
    say(world, 1, 0, 'other way');
    world.run({ untilMs: 600 });
    expect(heard[1]).toEqual([]);
    expect(heard[0]).toEqual(['1: other way']);

    world.network.heal(0, 1);
    world.run({ untilMs: 700 });
    expect(heard[1]).toEqual(['0: held']);
  });

  test('are judged dead after a long one-way cut, by both ends, and lose what was held', () => {
    const { world, heard } = connectedWorld();
    world.network.cut(0, 1);
    say(world, 0, 1, 'lost');
    world.run({ untilMs: 2_000 });
    expect(heard[0]).toEqual(['-1']);
    expect(heard[1]).toEqual(['-0']);
    expect(world.node(1).network.connected()).toEqual([2]);

    world.network.heal(0, 1);
    world.run({ untilMs: 2_500 });
    expect(heard[0]).toEqual(['-1', '+1']);
    expect(heard[1]).toEqual(['-0', '+0']);
  });

  test('end soon after a crash, and come back with the next life', () => {
    const { world, heard } = connectedWorld();
    say(world, 1, 0, 'under way');
    world.crash(1);
    world.run({ untilMs: 200 });
    expect(heard[0]?.at(-1)).toBe('-1');

    const reborn = ear(world.restart(1));
    world.run({ untilMs: 300 });
    expect(heard[0]?.at(-1)).toBe('+1');
    expect(reborn.toSorted()).toEqual(['+0', '+2']);
  });

  test('stay open over a short pause, whose messages arrive after it', () => {
    const { world, heard } = connectedWorld();
    world.pause(1);
    say(world, 0, 1, 'patience');
    world.run({ untilMs: 500 });
    expect(heard[1]).toEqual([]);
    world.resume(1);
    world.run({ untilMs: 510 });
    expect(heard[1]).toEqual(['0: patience']);
    expect(heard[0]).toEqual([]);
  });

  test('are given up over a long pause, and come back after it', () => {
    const { world, heard } = connectedWorld();
    world.pause(1);
    world.run({ untilMs: 3_000 });
    expect(heard[0]).toEqual(['-1']);
    world.resume(1);
    world.run({ untilMs: 4_000 });
    expect(heard[0]).toEqual(['-1', '+1']);
    expect(heard[1]?.toSorted()).toEqual(['+0', '+2', '-0', '-2']);
  });

  test('are whole again after any cuts, crashes, pauses and resets, once all is healed', () => {
    const node = fc.nat(2);
    const deed = fc.record({
      kind: fc.constantFrom('cut', 'heal', 'crash', 'restart', 'pause', 'resume', 'reset'),
      node,
      other: node,
      waitMs: fc.constantFrom(0, 3, 30, 400, 1_500),
    });
    fc.assert(
      fc.property(fc.integer(), fc.array(deed, { maxLength: 30 }), (seed, deeds) => {
        const { world } = connectedWorld({ seed });
        for (const { kind, node: one, other, waitMs } of deeds) {
          if (kind === 'crash') {
            world.crash(one);
          } else if (kind === 'pause') {
            world.pause(one);
          } else if (kind === 'resume') {
            world.resume(one);
          } else if (kind === 'restart') {
            if (!world.isAlive(one)) {
              ear(world.restart(one));
            }
          } else if (one !== other) {
            world.network[kind as 'cut' | 'heal' | 'reset'](one, other);
          }
          world.run({ untilMs: world.clock.monotonicMs() + waitMs });
        }
        for (let one = 0; one < 3; one += 1) {
          world.resume(one);
          if (!world.isAlive(one)) {
            ear(world.restart(one));
          }
          for (let other = 0; other < 3; other += 1) {
            if (one !== other) {
              world.network.heal(one, other);
            }
          }
        }
        world.run({});
        expect([0, 1, 2].map((index) => world.node(index).network.connected())).toEqual([
          [1, 2],
          [0, 2],
          [0, 1],
        ]);
      }),
    );
  });
});

describe('a crash', () => {
  test('keeps what was synced, and at most a beginning of what was not', () => {
    const survivors = new Set<number>();
    for (let seed = 0; seed < 40; seed += 1) {
      const world = createWorld({ seed, nodes: 1 });
      const log = world.node(0).storage.openLog('votes');
      expect(log.existed).toBe(false);
      log.append(bytesOf('a'));
      log.sync();
      log.append(bytesOf('b'));
      log.append(bytesOf('c'));
      world.crash(0);

      const after = world.restart(0).storage.openLog('votes');
      expect(after.existed).toBe(true);
      expect(['a', 'a,b', 'a,b,c']).toContain(textsIn(after).join());
      survivors.add([...after.records()].length);
    }
    expect([...survivors].sort()).toEqual([1, 2, 3]);
  });

  test('of the process alone loses nothing that was written', () => {
    const world = createWorld({ seed: 1, nodes: 1 });
    world.node(0).storage.openLog('votes').append(bytesOf('a'));
    world.crash(0, { unsynced: 'kept' });
    expect(textsIn(world.restart(0).storage.openLog('votes'))).toEqual(['a']);
  });

  test('stops timers, and leaves ports that do nothing', () => {
    const { world, heard } = connectedWorld();
    const ports = world.node(0);
    const said: string[] = [];
    world.onTrace(({ event }) => said.push(event));
    const log = ports.storage.openLog('votes');
    let fired = false;
    ports.clock.after(10, () => {
      fired = true;
    });
    world.crash(0);

    ports.network.send(1, bytesOf('ghost'));
    ports.trace.emit('ghost', null);
    log.append(bytesOf('ghost'));
    log.sync();
    ports.clock.after(1, () => {
      fired = true;
    });
    world.run({ untilMs: 300 });

    expect(fired).toBe(false);
    expect(said).toEqual([]);
    expect(heard[1]).toEqual(['-0']);
    expect(textsIn(world.restart(0).storage.openLog('votes'))).toEqual([]);
  });

  test('can come in the middle of a turn, from a listener of the trace', () => {
    const { world, heard } = connectedWorld();
    world.onTrace(({ node, event }) => {
      if (event === 'proposed') {
        world.crash(node);
      }
    });
    const ports = world.node(0);
    ports.network.send(1, bytesOf('before'));
    ports.trace.emit('proposed', null);
    ports.network.send(2, bytesOf('after'));
    world.run({ untilMs: 200 });
    expect(heard[1]).toEqual(['0: before', '-0']);
    expect(heard[2]).toEqual(['-0']);
  });
});

describe('a disk', () => {
  const synced = (): { world: World } => {
    const world = createWorld({ seed: 1, nodes: 1 });
    const log = world.node(0).storage.openLog('chain');
    for (const text of ['a', 'bb', 'c']) {
      log.append(bytesOf(text));
    }
    log.sync();
    world.crash(0);
    return { world };
  };

  test('that was wiped holds nothing, and says so', () => {
    const { world } = synced();
    world.disk(0).wipe();
    expect(world.restart(0).storage.openLog('chain').existed).toBe(false);
  });

  test('cuts a damaged tail, and refuses a damaged middle', () => {
    const { world } = synced();
    world.disk(0).damage('chain', 2);
    expect(textsIn(world.restart(0).storage.openLog('chain'))).toEqual(['a', 'bb']);

    world.disk(0).damage('chain', 0);
    world.crash(0);
    expect(() => world.restart(0).storage.openLog('chain')).toThrow('Log "chain" is damaged at byte 0');
  });

  test('can lose the end of a log, as a torn write does', () => {
    const { world } = synced();
    world.disk(0).tear('chain', 2);
    expect(textsIn(world.restart(0).storage.openLog('chain'))).toEqual(['a']);
    expect(world.disk(0).contents()).toEqual(new Map([['chain', 1]]));
  });

  test('can hold half a record more, which is cut, and nothing that was synced with it', () => {
    const { world } = synced();
    const before = world.disk(0).usedBytes();
    world.disk(0).leaveTornRecord('chain');
    expect([before, world.disk(0).usedBytes()]).toEqual([4, 5]);
    expect(textsIn(world.restart(0).storage.openLog('chain'))).toEqual(['a', 'bb', 'c']);
    expect(() => world.disk(0).leaveTornRecord('votes')).toThrow('Log "votes" has no durable record');
  });

  test('that is full refuses to write, and goes on once it is not', () => {
    const { world } = synced();
    const log = world.restart(0).storage.openLog('chain');
    world.disk(0).failWrites('ENOSPC');
    expect(() => log.append(bytesOf('d'))).toThrow('ENOSPC');
    world.disk(0).failWrites(null);
    log.append(bytesOf('d'));
    log.sync();
    world.crash(0);
    expect(textsIn(world.restart(0).storage.openLog('chain'))).toEqual(['a', 'bb', 'c', 'd']);
  });
});

describe('time', () => {
  test('of a machine drifts and its calendar jumps, while measured time goes on', () => {
    const world = createWorld({ seed: 1, nodes: 2, calendarStartMs: 1_000_000 });
    const { clock } = world.node(0);
    const { clock: steady } = world.node(1);
    world.machineClock(0).drift(2);
    world.machineClock(0).jump(-500_000);
    let rangAtMs = -1;
    clock.after(100, () => {
      rangAtMs = world.clock.monotonicMs();
    });
    world.run({ untilMs: 1_000 });
    expect(rangAtMs).toBe(50);
    expect(clock.monotonicMs()).toBe(2_000);
    expect(clock.calendarMs()).toBe(502_000);
    expect(steady.monotonicMs()).toBe(1_000);
  });

  test('waits for promises when it is pumped', async () => {
    const world = createWorld({ seed: 1, nodes: 1 });
    const sleep = (ms: number) => new Promise<void>((wake) => world.clock.after(ms, wake));
    const wokenAt: number[] = [];
    const story = (async () => {
      for (let step = 0; step < 3; step += 1) {
        await sleep(1_000);
        wokenAt.push(world.clock.monotonicMs());
      }
    })();
    expect(await world.runAsync({}, () => new Promise((next) => setImmediate(next)))).toBe('idle');
    await story;
    expect(wokenAt).toEqual([1_000, 2_000, 3_000]);
  });
});

describe('a seed', () => {
  /** Nodes that gossip, crash and return: everything that draws. */
  const story = (seed: number): { fingerprint: string; heard: string[][] } => {
    const { world, heard } = connectedWorld({ seed, link: { loss: 0.1, duplicate: 0.1, reorder: 0.1 } });
    for (let index = 0; index < 3; index += 1) {
      const ports = world.node(index);
      const speak = (): void => {
        ports.network.send((index + ports.random.between(1, 2)) % 3, bytesOf(`${ports.random.uint32()}`));
        ports.clock.after(10, speak);
      };
      speak();
    }
    world.run({ untilMs: 1_000 });
    world.crash(2);
    world.run({ untilMs: 2_000 });
    heard.push(ear(world.restart(2)));
    world.run({ untilMs: 3_000 });
    return { fingerprint: world.fingerprint(), heard };
  };

  test('decides everything', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(story(seed)).toEqual(story(seed));
      }),
      { numRuns: 10 },
    );
    expect(new Set(Array.from({ length: 20 }, (_, seed) => story(seed).fingerprint)).size).toBe(20);
  });

  test('orders what happens at the same time, each its own way', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      const world = createWorld({ seed, nodes: 1 });
      const order: string[] = [];
      for (const name of ['a', 'b', 'c']) {
        world.clock.after(5, () => order.push(name));
      }
      world.run({});
      orders.add(order.join(''));
    }
    expect(orders.size).toBe(6);
  });
});
