import type { Result } from '@qflow/engine';
import { expect, test, vi } from 'vitest';
import { qflowClient } from './client.ts';
import type { Reply, Wire } from './wire.ts';

const header = { view: 7 } as never;
const proof = { path: [], position: 0, headers: [header], certificate: {} as never };
const answer = (result: Result): Reply => ({ kind: 'answer', result, proof });
const written = answer({ kind: 'written', version: 1 });
const down: Reply = { kind: 'refused', reason: 'it is down', forGood: false };
const lost: Reply = { kind: 'unknown', reason: 'ECONNRESET' };
const expired: Reply = { kind: 'refused', reason: 'expired', forGood: true };
const silent = 'silent';

/** Nodes that reply as scripted, one after another; the last reply is repeated. Time passes as fast as it is waited for. */
function scripted(...nodes: (readonly (Reply | typeof silent)[])[]) {
  const asked: { readonly node: number; readonly name: string }[] = [];
  let nowMs = 0;
  const timers: { readonly atMs: number; readonly ring: () => void }[] = [];
  const wire: Wire = {
    nodes: nodes.length,
    ask(node, { client, sequence }) {
      const turn = asked.filter((one) => one.node === node).length;
      asked.push({ node, name: `${client}/${sequence}` });
      const reply = nodes[node]![turn] ?? nodes[node]!.at(-1)!;
      return reply === silent ? new Promise(() => undefined) : Promise.resolve(reply);
    },
    after(delayMs, action) {
      const timer = { atMs: nowMs + delayMs, ring: action };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  };
  const client = qflowClient({ name: 'c', first: 0, wire, check: null, latest: { view: 0 }, onClose: () => undefined });
  async function apply(f = 'write', value: unknown = 'x') {
    const outcome = client.apply({ f, key: 'k', value: value as never }, 1_000);
    let isOver = false;
    void outcome.finally(() => {
      isOver = true;
    });
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) {
        return outcome;
      }
      timers.sort((one, other) => one.atMs - other.atMs);
      const { atMs, ring } = timers.shift()!;
      nowMs = atMs;
      ring();
    }
  }
  return { apply, asked, nowMs: () => nowMs };
}

test('an operation is asked of the first node, and its result is the outcome', async () => {
  const { apply, asked } = scripted([answer({ kind: 'value', value: 'a', version: 3 })], [written]);

  expect(await apply('read', null)).toEqual({ type: 'ok', value: 'a', node: 'n1' });
  expect(asked).toEqual([{ node: 0, name: 'c/0' }]);
});

test('a compare-and-set that does not match did not happen', async () => {
  const { apply } = scripted([answer({ kind: 'mismatch', value: 'z', version: 3 })]);

  expect(await apply('cas', ['a', 'b'])).toEqual({ type: 'fail', error: 'mismatch', node: 'n1' });
});

test.each([
  ['down', down],
  ['lost on the way', lost],
])('a node that is %s is followed by the next one, under the same identity', async (_, reply) => {
  const { apply, asked } = scripted([reply], [reply], [written]);

  expect(await apply()).toEqual({ type: 'ok', value: 'x', node: 'n3' });
  expect(asked).toEqual([0, 1, 2].map((node) => ({ node, name: 'c/0' })));
});

test('a silent node is followed after half of the time, and each operation has an identity of its own', async () => {
  const { apply, asked, nowMs } = scripted([silent], [written]);

  expect(await apply()).toMatchObject({ type: 'ok', node: 'n2' });
  expect(nowMs()).toBe(500);
  await apply();
  expect(asked.map(({ name }) => name)).toEqual(['c/0', 'c/0', 'c/1', 'c/1']);
});

test('when no node can have taken it, it surely did not happen', async () => {
  const { apply, nowMs } = scripted([down], [down]);

  expect(await apply()).toMatchObject({ type: 'fail', error: expect.stringContaining('it is down') });
  expect(nowMs()).toBe(1_000);
});

test.each([
  ['lost', [lost]],
  ['silent', [silent]],
] as const)('after one asking that was %s, being refused everywhere else leaves it unknown', async (_, replies) => {
  const { apply } = scripted([...replies, down], [down]);

  expect((await apply()).type).toBe('info');
});

test('an identity that has expired surely did not happen, whatever came of earlier askings', async () => {
  const { apply } = scripted([lost], [expired]);

  expect(await apply()).toEqual({ type: 'fail', error: 'expired', node: 'n2' });
});

test('a forged answer is told, and proves nothing', async () => {
  const wire: Wire = { nodes: 1, ask: async () => written, after: () => () => undefined };
  const check = vi.fn(() => 'No quorum of the cluster signed the certificate.');
  const client = qflowClient({ name: 'c', first: 0, wire, check, latest: { view: 0 }, onClose: () => undefined });

  expect(await client.apply({ f: 'write', key: 'k', value: 'x' }, 1_000)).toEqual({
    type: 'info',
    error: 'forged answer of n1: No quorum of the cluster signed the certificate.',
    node: 'n1',
  });
});

test.each([
  ['an unknown operation', { f: 'append', key: 'k', value: 'x' }, '"append" is no operation on a register'],
  ['a value that is no text', { f: 'write', key: 'k', value: 5 }, 'a register holds text or null, not 5'],
  ['a missing key', { f: 'read', value: null }, '"read" names no key'],
])('%s is refused and asked of nobody', async (_, operation, message) => {
  const ask = vi.fn();
  const wire: Wire = { nodes: 1, ask, after: () => () => undefined };
  const client = qflowClient({ name: 'c', first: 0, wire, check: null, latest: { view: 0 }, onClose: () => undefined });

  expect(await client.apply(operation, 1_000)).toMatchObject({ type: 'fail', error: expect.stringContaining(message) });
  expect(ask).not.toHaveBeenCalled();
});

test('a client is closed once', () => {
  const onClose = vi.fn();
  const wire: Wire = { nodes: 1, ask: async () => written, after: () => () => undefined };
  const client = qflowClient({ name: 'c', first: 0, wire, check: null, latest: { view: 0 }, onClose });
  client.close();
  client.close();

  expect(onClose).toHaveBeenCalledOnce();
});
