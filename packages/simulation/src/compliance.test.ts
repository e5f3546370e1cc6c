import type { Clock, Crypto, Log, Network, NetworkListener, Random, Share, Storage } from '@qflow/ports';
import {
  type Check,
  type ClockSubject,
  type Closable,
  type CryptoSubject,
  clockChecks,
  clockCompliance,
  cryptoChecks,
  cryptoCompliance,
  type LogSubject,
  logChecks,
  logCompliance,
  type NetworkSubject,
  networkChecks,
  networkCompliance,
  type RandomSubject,
  randomChecks,
  randomCompliance,
  runOn,
  type SeededRandomSubject,
  seededRandomChecks,
  seededRandomCompliance,
  type Until,
} from '@qflow/ports/compliance';
import { describe, expect, test } from 'vitest';
import { fastHash } from './hash.ts';
import { idealCrypto } from './ideal-crypto.ts';
import { createRandom } from './random.ts';
import { createWorld, type World } from './world.ts';

const untilIn =
  (world: World): Until =>
  async (condition) => {
    const untilMs = world.clock.monotonicMs() + 10_000;
    // What was due is over, or ten virtual seconds are: nothing but the passing of time is left to wait for.
    while (world.run({ untilMs: Math.min(untilMs, world.clock.monotonicMs() + 1), until: condition }) !== 'condition') {
      if (world.clock.monotonicMs() >= untilMs) {
        throw new Error('The condition did not come about within 10 s of virtual time.');
      }
    }
  };

function clockSubject(): ClockSubject {
  const world = createWorld({ seed: 1, nodes: 1 });
  return { clock: world.node(0).clock, until: untilIn(world) };
}

function logSubject(): LogSubject {
  const world = createWorld({ seed: 1, nodes: 1 });
  return {
    storage: world.node(0).storage,
    crash() {
      world.crash(0);
      return world.restart(0).storage;
    },
    damage: (log, record) => world.disk(0).damage(log, record),
    wipe: () => world.disk(0).wipe(),
  };
}

function networkSubject(): NetworkSubject {
  const world = createWorld({ seed: 1, nodes: 3 });
  return {
    networks: [world.node(0).network, world.node(1).network, world.node(2).network],
    until: untilIn(world),
    kill: (node) => world.crash(node),
    restart: (node) => world.restart(node).network,
  };
}

function cryptoSubject(validators: number): CryptoSubject {
  const crypto = idealCrypto(createRandom(1), validators);
  return { validators: Array.from({ length: validators }, (_, index) => crypto.of(index)), verifier: crypto.verifier };
}

const randomSubject = (): RandomSubject => ({ random: createRandom(1) });
const seededSubject = (): SeededRandomSubject => ({ create: createRandom });

clockCompliance('the virtual clock', clockSubject);
logCompliance('the simulated disk', logSubject);
networkCompliance('the simulated network', networkSubject);
cryptoCompliance('ideal cryptography for 4', () => cryptoSubject(4));
cryptoCompliance('ideal cryptography for 7', () => cryptoSubject(7));
randomCompliance('the seeded generator', randomSubject);
seededRandomCompliance('the seeded generator', seededSubject);

/** Shows that each check can fail: under its name stands the subject, broken so that exactly this promise does not hold. */
function breakages<Subject extends Closable>(
  name: string,
  checks: readonly Check<Subject>[],
  broken: Readonly<Record<string, () => Subject>>,
): void {
  describe(`${name}, broken once for each check`, () => {
    test('leaves out no check', () => {
      expect(Object.keys(broken).sort()).toEqual(checks.map((check) => check.name).sort());
    });
    for (const check of checks) {
      test(`is caught: ${check.name}`, async () => {
        const make = broken[check.name] as () => Subject;
        await expect(runOn(check, make)).rejects.toThrow();
      });
    }
  });
}

const brokenClock = (replace: (clock: Clock, world: World) => Partial<Clock>) => (): ClockSubject => {
  const world = createWorld({ seed: 1, nodes: 1 });
  const { clock } = world.node(0);
  return { clock: { ...clock, ...replace(clock, world) }, until: untilIn(world) };
};

breakages('a clock', clockChecks, {
  'measures time from its start on, and never back': brokenClock((clock) => ({
    monotonicMs: () => 100 - clock.monotonicMs(),
  })),
  'shows a calendar that goes on': brokenClock(() => ({ calendarMs: () => 5 })),
  'calls an action once, and not too early': brokenClock((clock) => ({
    after: (delayMs, action) => clock.after(delayMs - 1, action),
  })),
  'calls an action in a turn of its own, even without delay': brokenClock((clock) => ({
    after(delayMs, action) {
      if (delayMs > 0) {
        return clock.after(delayMs, action);
      }
      action();
      return { cancel: () => {} };
    },
  })),
  'calls the action with the shorter delay first': brokenClock((clock) => ({
    after: (delayMs, action) => clock.after(100 - delayMs, action),
  })),
  'never calls a cancelled action': brokenClock((clock) => ({
    after: (delayMs, action) => {
      clock.after(delayMs, action);
      return { cancel: () => {} };
    },
  })),
  'lets of two actions due at once the first cancel the second': brokenClock((clock, world) => ({
    after(delayMs, action) {
      const timer = clock.after(delayMs, action);
      const setAtMs = world.clock.monotonicMs();
      return {
        cancel() {
          // As if due actions had been taken off a list before the first of them ran.
          if (world.clock.monotonicMs() < setAtMs + delayMs) {
            timer.cancel();
          }
        },
      };
    },
  })),
  'takes a cancel after the call as harmless': brokenClock((clock) => ({
    after(delayMs, action) {
      let isCalled = false;
      clock.after(delayMs, () => {
        isCalled = true;
        action();
      });
      return {
        cancel() {
          if (isCalled) {
            throw new Error('This timer is over.');
          }
        },
      };
    },
  })),
});

const brokenLog = (replace: (log: Log, name: string, storage: Storage) => Partial<Log>) => (): LogSubject => {
  const subject = logSubject();
  const wrap = (storage: Storage): Storage => ({
    openLog(name) {
      const log = storage.openLog(name);
      return { ...log, ...replace(log, name, storage) };
    },
  });
  return { ...subject, storage: wrap(subject.storage), crash: () => wrap(subject.crash()) };
};

breakages('a log', logChecks, {
  'says of a log whether it was there before, also when it stayed empty': brokenLog((log) => ({
    existed: [...log.records()].length > 0,
  })),
  'says of a log on a lost disk that it was not there': () => ({ ...logSubject(), wipe: () => {} }),
  'keeps synced records over a crash, byte for byte and in order': brokenLog((log) => ({
    append: (record) => {
      if (record.length > 0) {
        log.append(record);
      }
    },
  })),
  'goes on after a crash where it stopped': brokenLog((log) => {
    let isFirst = true;
    return {
      append(record) {
        if (isFirst) {
          log.replace([]);
        }
        isFirst = false;
        log.append(record);
      },
    };
  }),
  'loses of what was not synced nothing but an end': brokenLog((log) => ({
    append: (record) => log.replace([record]),
  })),
  'tells the records that it held when it was opened, not later ones': brokenLog((log) => {
    const now = [...log.records()];
    return {
      records: () => now,
      append(record) {
        now.push(record);
        log.append(record);
      },
    };
  }),
  'replaces all records at once and durably, and goes on from there': brokenLog((log) => ({
    replace: (records) => {
      for (const record of records) {
        log.append(record);
      }
    },
  })),
  'keeps logs of different names apart': brokenLog((_log, _name, storage) => storage.openLog('all')),
  'cuts off a damaged last record, for good': () => ({ ...logSubject(), damage: () => {} }),
  'refuses a log with a damaged record before sound ones': () => ({ ...logSubject(), damage: () => {} }),
});

const brokenNetwork =
  (replace: (network: Network, subject: NetworkSubject) => Partial<Network>) => (): NetworkSubject => {
    const subject = networkSubject();
    const wrap = (network: Network): Network => ({ ...network, ...replace(network, subject) });
    const [one, two, three] = subject.networks;
    return {
      ...subject,
      networks: [wrap(one), wrap(two), wrap(three)],
      restart: async (node) => wrap(await subject.restart(node)),
    };
  };
const hearing =
  (replace: (listener: NetworkListener) => Partial<NetworkListener>) =>
  (network: Network): Partial<Network> => ({
    listen: (listener) => network.listen({ ...listener, ...replace(listener) }),
  });

breakages('a network', networkChecks, {
  'connects each node to all its peers, and tells it once of each': brokenNetwork((network) => ({
    connected: () => network.connected().toReversed(),
  })),
  'carries messages whole, from whom they came, to whom they are for': brokenNetwork(
    hearing((listener) => ({ onMessage: (from, message) => listener.onMessage(from, message.subarray(0, 65_535)) })),
  ),
  'delivers many messages, each as often as it was sent': brokenNetwork((network) => ({
    send(to, message) {
      network.send(to, message);
      if (message.at(-1) === 17) {
        network.send(to, message);
      }
    },
  })),
  'delivers in a turn of its own, not while sending': () => {
    const listeners: NetworkListener[] = [];
    return brokenNetwork((network, { networks }) => ({
      listen(listener) {
        listeners[networks.indexOf(network)] = listener;
        network.listen(listener);
      },
      send: (to, message) => listeners[to]?.onMessage(networks.indexOf(network), message),
    }))();
  },
  'delivers nothing to a node that does not listen, and drops what has no link to go by': brokenNetwork((network) => {
    const early: [number, Uint8Array][] = [];
    return {
      send(to, message) {
        if (network.connected().length > 0) {
          for (const [earlyTo, earlyMessage] of early.splice(0)) {
            network.send(earlyTo, earlyMessage);
          }
          network.send(to, message);
        } else {
          early.push([to, message]);
        }
      },
    };
  }),
  'tells the peers of a node that closes, and that node nothing more': brokenNetwork(() => ({ close: () => {} })),
  'tells the peers of a killed node, and connects them to its next life': () => ({
    ...networkSubject(),
    kill: () => {},
  }),
});

const brokenCrypto = (replace: (crypto: Crypto) => Partial<Crypto>) => (): CryptoSubject => {
  const { validators, verifier } = cryptoSubject(4);
  const wrapped = validators.map((crypto) => ({ ...crypto, ...replace(crypto) }));
  return { validators: wrapped, verifier: { ...verifier, ...pickVerifier(wrapped[0] as Crypto) } };
};
const pickVerifier = ({ hash, verify }: Crypto) => ({ hash, verify });

breakages('a crypto', cryptoChecks, {
  'hashes to 32 bytes, alike for everyone and for every place in memory': brokenCrypto(() => ({
    hash: (bytes) => fastHash(new Uint8Array(bytes.buffer)),
  })),
  'hashes what differs in anything to something else': brokenCrypto(() => ({
    hash: (bytes) => fastHash(bytes.subarray(0, 150)),
  })),
  'signs with its own index, for one key and one message': brokenCrypto((crypto) => ({
    sign: (_key, message) => crypto.sign('quorum', message),
  })),
  'takes no share that was altered, or that claims another index': brokenCrypto((crypto) => ({
    verifyShare: (key, message, share) =>
      Array.from({ length: 4 }).some((_, index) => crypto.verifyShare(key, message, { ...share, index })),
  })),
  'combines any large enough group of shares to a proof that holds for everyone': brokenCrypto((crypto) => ({
    combine: (key, message, shares) =>
      shares[0]?.index === 0 ? crypto.combine(key, message, shares) : { badShares: [0] },
  })),
  'takes no proof for another key or message, nor an altered one': brokenCrypto((crypto) => ({
    verify: (key, message, proof) => crypto.verify(key, message, proof.slice(0, 32)),
  })),
  'takes no single share for a proof': brokenCrypto((crypto) => ({
    verify: (key, message, proof) =>
      crypto.verify(key, message, proof) || crypto.verifyShare(key, message, { index: 0, signature: proof }),
  })),
  'names who spoiled a proof, and nobody else': brokenCrypto((crypto) => ({
    combine(key, message, shares) {
      const combined = crypto.combine(key, message, shares);
      return 'proof' in combined ? combined : { badShares: shares.map((share: Share) => share.index) };
    },
  })),
  'refuses to combine too few shares, too many, or one twice': brokenCrypto((crypto) => ({
    combine(key, message, shares) {
      const distinct = shares.filter(
        (share, place) => shares.findIndex(({ index }) => index === share.index) === place,
      );
      return crypto.combine(key, message, distinct.slice(0, key === 'quorum' ? 3 : 2));
    },
  })),
});

const brokenRandom = (replace: (random: Random) => Partial<Random>) => (): RandomSubject => {
  const random = createRandom(1);
  return { random: { ...random, ...replace(random) } };
};

breakages('a source of randomness', randomChecks, {
  'gives 32 bits, all of which vary': brokenRandom((random) => ({ uint32: () => random.uint32() >>> 1 })),
  'gives units from 0 to 1, spread evenly': brokenRandom((random) => ({ unit: () => random.unit() ** 2 })),
  'gives whole numbers between two bounds, with both of them': brokenRandom((random) => ({
    between: (low, high) => Math.floor(low + random.unit() * (high - low)),
  })),
  'gives each stream its own numbers': brokenRandom(() => ({ stream: () => createRandom(2) })),
});

breakages('a seeded source of randomness', seededRandomChecks, {
  'repeats itself for the same seed, and for no other': () => ({ create: (seed) => createRandom(seed % 50) }),
  'derives streams from seed and name alone, whatever was drawn before': () => ({
    create(seed) {
      const random = createRandom(seed);
      return { ...random, stream: (name) => createRandom(`${name} ${random.uint32()}`) };
    },
  }),
});
