import { historyFrom, isOperation, type OperationEvent } from '@qflow/checkers';
import { createRandom } from '@qflow/simulation';
import { virtualClock } from '@qflow/testkit';
import { expect, test } from 'vitest';
import type { Cluster, RunClock } from '../cluster/cluster.ts';
import { recordHistory } from '../history/record.ts';
import type { Client, Outcome, PlannedOperation } from './client.ts';
import { startLoad } from './driver.ts';
import { LogicalProcesses } from './logical-processes.ts';
import { register } from './register.ts';

/** Drives fifty operations a second for a while against `apply`. */
async function drive(
  forMs: number,
  apply: (operation: PlannedOperation, clock: RunClock) => Promise<Outcome>,
  mostOpen?: number,
) {
  const clock = virtualClock();
  const history = recordHistory();
  history.startClock(clock);
  let clients = 0;
  let closed = 0;
  const cluster = {
    nodes: [
      { name: 'n1', index: 0 },
      { name: 'n2', index: 1 },
    ],
    client(): Client {
      clients += 1;
      return {
        apply: (operation) => apply(operation, clock),
        close() {
          closed += 1;
        },
      };
    },
  } as unknown as Cluster;

  const processes = new LogicalProcesses(cluster, history);
  const load = startLoad(register({ ratePerSecond: 50 }), processes, clock, createRandom(1), mostOpen);
  await clock.sleep(forMs);
  await load.stop();
  processes.close();

  const { events } = history.frozen();
  return { load, operations: events.filter(isOperation), events, clients, closed };
}

const ok = async ({ value }: PlannedOperation): Promise<Outcome> => ({ type: 'ok', value });
const invoked = (operations: readonly OperationEvent[]) => operations.filter(({ type }) => type === 'invoke');

test('operations fall due at a fixed rate, however slow the answers are', async () => {
  const slow = async (operation: PlannedOperation, clock: RunClock) => {
    await clock.sleep(700);
    return ok(operation);
  };

  const { operations } = await drive(1_000, slow);

  expect(invoked(operations).map(({ due }) => due! / 1e6)).toEqual(
    Array.from({ length: 50 }, (_, place) => place * 20),
  );
});

test('every node is asked in turn', async () => {
  const { operations } = await drive(200, ok);

  expect(invoked(operations).map(({ node }) => node)).toEqual(
    Array.from({ length: 10 }, (_, place) => `n${1 + (place % 2)}`),
  );
});

test('a client with an unknown outcome is closed, and its number never used again', async () => {
  const unknown = async (): Promise<Outcome> => ({ type: 'info', error: 'no answer in time' });

  const { operations, clients, closed } = await drive(200, unknown);

  const numbers = invoked(operations).map(({ process }) => process);
  expect(new Set(numbers).size).toBe(10);
  expect(closed).toBe(clients);
});

test('a client that throws leaves the outcome unknown', async () => {
  const { operations } = await drive(100, () => Promise.reject(new Error('socket hang up')));

  expect(operations.filter(({ type }) => type === 'info')).toHaveLength(5);
});

test('what falls due while too much is open is shed: it failed, and was not served', async () => {
  const never = async (operation: PlannedOperation, clock: RunClock) => {
    await clock.sleep(5_000);
    return ok(operation);
  };

  const { operations, load } = await drive(400, never, 4);

  expect(operations.filter(({ error }) => error?.startsWith('shed'))).toHaveLength(16);
  expect(load.tally.between(0, 400)).toEqual({ due: 20, served: 4 });
});

test('the history that it leaves is in order', async () => {
  let turn = 0;
  const outcomes: Outcome[] = [
    { type: 'ok', value: null },
    { type: 'fail', error: 'mismatch' },
    { type: 'info', error: '?' },
  ];
  const { events } = await drive(
    1_000,
    async (_, clock) => {
      await clock.sleep((turn * 37) % 90);
      return outcomes[turn++ % 3]!;
    },
    5,
  );

  expect(() => historyFrom(events)).not.toThrow();
});

test('an expectation that did not hold counts as served, a refusal does not', async () => {
  const mismatch = await drive(200, async () => ({ type: 'fail', error: 'mismatch' }));
  const refusal = await drive(200, async () => ({ type: 'fail', error: 'refused' }));

  expect(mismatch.load.tally.share(0, 200)).toBe(1);
  expect(refusal.load.tally.share(0, 200)).toBe(0);
});
