import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Position } from '../consensus/application.ts';
import { createLedger } from './ledger.ts';
import type { Operation, Request, Result } from './request.ts';
import { decodeRequest, encodeRequest } from './request-codec.ts';
import { decodeState, encodeState, type LedgerState, lookUp, stateRoot } from './state.ts';

const hash = (bytes: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(bytes).digest());
const ledger = createLedger(hash);

const at = (view: number): Position => ({ view, parentView: view - 1, height: view, proposer: 0 });

const run = (state: LedgerState, view: number, requests: readonly Request[]) => {
  const executed = ledger.execute(state, at(view), requests.map(encodeRequest));
  return { ...executed, results: executed.state.block.results };
};

let counter = 0;
const request = (operation: Operation, overrides: Partial<Request> = {}): Request => ({
  client: 'c',
  sequence: counter++,
  expiresAfterView: 100,
  operation,
  ...overrides,
});

const key = fc.constantFrom('x', 'y', 'z');
const value = fc.option(fc.constantFrom('1', '2', '3'));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const), key }),
  fc.record({ kind: fc.constant('write' as const), key, value }),
  fc.record({ kind: fc.constant('compare-and-set' as const), key, expected: value, value }),
);
const requests = fc.array(
  fc.record({
    client: fc.constantFrom('a', 'b'),
    sequence: fc.nat(8),
    expiresAfterView: fc.integer({ min: 3, max: 12 }),
    operation,
  }),
  { maxLength: 30 },
);

describe('the ledger', () => {
  test('reads, writes, and compares and sets, counting versions', () => {
    const { results } = run(ledger.genesis(), 1, [
      request({ kind: 'read', key: 'x' }),
      request({ kind: 'write', key: 'x', value: 'a' }),
      request({ kind: 'compare-and-set', key: 'x', expected: 'b', value: 'c' }),
      request({ kind: 'compare-and-set', key: 'x', expected: 'a', value: 'c' }),
      request({ kind: 'write', key: 'x', value: null }),
      request({ kind: 'read', key: 'x' }),
      request({ kind: 'compare-and-set', key: 'y', expected: null, value: 'd' }),
    ]);
    expect(results).toEqual([
      { kind: 'value', value: null, version: 0 },
      { kind: 'written', version: 1 },
      { kind: 'mismatch', value: 'a', version: 1 },
      { kind: 'written', version: 2 },
      { kind: 'written', version: 3 },
      { kind: 'value', value: null, version: 3 },
      { kind: 'written', version: 1 },
    ]);
  });

  test('agrees with a plain map, with each request carried out once, over any views', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 15 }), (blocks) => {
        let state = ledger.genesis();
        const registers = new Map<string, { value: string | null; version: number }>();
        const answers = new Map<string, { result: Result; expiresAfterView: number }>();
        blocks.forEach((block, index) => {
          const view = index + 1;
          const executed = run(state, view, block);
          state = executed.state;
          for (const [name, { expiresAfterView }] of answers) {
            if (expiresAfterView < view) {
              answers.delete(name);
            }
          }
          const expected = block.map(({ client, sequence, expiresAfterView, operation }): Result => {
            const name = `${client} ${sequence}`;
            if (expiresAfterView < view) {
              return { kind: 'expired' };
            }
            const known = answers.get(name);
            if (known !== undefined) {
              return known.result;
            }
            const { value, version } = registers.get(operation.key) ?? { value: null, version: 0 };
            let result: Result;
            if (operation.kind === 'read') {
              result = { kind: 'value', value, version };
            } else if (operation.kind === 'compare-and-set' && operation.expected !== value) {
              result = { kind: 'mismatch', value, version };
            } else {
              registers.set(operation.key, { value: operation.value, version: version + 1 });
              result = { kind: 'written', version: version + 1 };
            }
            answers.set(name, { result, expiresAfterView });
            return result;
          });
          expect(executed.results).toEqual(expected);
          for (const { client, sequence } of block) {
            expect(lookUp(hash, state, { client, sequence })?.result).toEqual(
              answers.get(`${client} ${sequence}`)?.result,
            );
          }
        });
      }),
    );
  });

  test('comes to the same root however the same requests are divided into blocks', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (all, cuts) => {
        const whole = run(ledger.genesis(), 3, all);
        let state = ledger.genesis();
        let block: Request[] = [];
        all.forEach((each, index) => {
          block.push(each);
          if (cuts[index]) {
            state = run(state, 3, block).state;
            block = [];
          }
        });
        expect(run(state, 3, block).stateRoot).toEqual(whole.stateRoot);
      }),
    );
  });

  test('gives a repeated request its first answer, until that has expired, and then refuses it', () => {
    const write = request({ kind: 'write', key: 'x', value: 'a' }, { expiresAfterView: 5 });
    const first = run(ledger.genesis(), 2, [write]);
    const other = run(first.state, 3, [request({ kind: 'write', key: 'x', value: 'b' })]);

    const again = run(other.state, 5, [write]);
    expect(again.results).toEqual([{ kind: 'written', version: 1 }]);
    expect(again.stateRoot).toEqual(other.stateRoot);
    expect(ledger.admits(other.state, 5, encodeRequest(write))).toBe(false);

    const late = run(again.state, 6, [write]);
    expect(late.results).toEqual([{ kind: 'expired' }]);
    expect(lookUp(hash, late.state, write)).toBeUndefined();
    expect(run(late.state, 7, [request({ kind: 'read', key: 'x' })]).results).toEqual([
      { kind: 'value', value: 'b', version: 2 },
    ]);
  });

  test('forgets every answer in time', () => {
    fc.assert(
      fc.property(requests, (all) => {
        const { state } = run(ledger.genesis(), 1, all);
        const writes = all.filter(({ operation }) => operation.kind !== 'read');
        const later = run(state, 13, []);
        for (const { client, sequence } of writes) {
          expect(lookUp(hash, later.state, { client, sequence })).toBeUndefined();
        }
        expect(later.state.answers).toBeNull();
        expect(later.state.expiries).toBeNull();
      }),
    );
  });

  test('changes nothing for a request that is malformed, or expires too far ahead', () => {
    const bounded = createLedger(hash, { requestBytes: 1_000, expiryViews: 10 });
    const write = (expiresAfterView: number, value = 'a') =>
      encodeRequest(request({ kind: 'write', key: 'x', value }, { expiresAfterView }));
    const bad = [Uint8Array.of(1, 2, 3), write(12), write(5, 'a'.repeat(1_000))];
    const executed = bounded.execute(bounded.genesis(), at(1), bad);
    expect(executed.state.block.results).toEqual([null, null, null]);
    expect(executed.stateRoot).toEqual(stateRoot(hash, bounded.genesis()));
    for (const each of bad) {
      expect(bounded.admits(bounded.genesis(), 1, each)).toBe(false);
    }
    expect(bounded.admits(bounded.genesis(), 1, write(11))).toBe(true);
    expect(bounded.admits(bounded.genesis(), 12, write(11))).toBe(false);
  });

  test('comes back whole from its encoding, and only from that', () => {
    fc.assert(
      fc.property(requests, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, place, change) => {
        const { state, stateRoot: root } = run(ledger.genesis(), 3, all);
        const encoded = encodeState(state);
        const restored = decodeState(hash, encoded);
        expect(stateRoot(hash, restored)).toEqual(root);
        // What follows is the same too: the expiries were rebuilt.
        expect(run(restored, 13, all).stateRoot).toEqual(run(state, 13, all).stateRoot);

        const forged = encoded.slice();
        forged[place % forged.length] = (forged[place % forged.length] as number) ^ change;
        let forgedRoot: Uint8Array | null;
        try {
          forgedRoot = stateRoot(hash, decodeState(hash, forged));
        } catch {
          forgedRoot = null;
        }
        expect(forgedRoot).not.toEqual(root);
      }),
    );
  });
});

describe('a request', () => {
  const write = (overrides: Partial<Request>): Request => request({ kind: 'write', key: 'x', value: 'a' }, overrides);

  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(requests, (all) => {
        expect(all.map(encodeRequest).map(decodeRequest)).toEqual(all);
      }),
    );
  });

  test.each([
    ['client', write({ client: '' })],
    ['client', write({ client: 'a b' })],
    ['client', write({ client: 'a\n' })],
    ['client', write({ client: 'a'.repeat(65) })],
    ['sequence', write({ sequence: -1 })],
    ['sequence', write({ sequence: 2 ** 53 })],
    ['expiresAfterView', write({ expiresAfterView: 0.5 })],
    ['operation.key', write({ operation: { kind: 'read', key: '' } })],
    ['operation.key', write({ operation: { kind: 'read', key: 'é'.repeat(129) } })],
    ['operation.value', write({ operation: { kind: 'write', key: 'x', value: 'a'.repeat(31_000) } })],
    ['operation.kind', write({ operation: { kind: 'erase', key: 'x' } as unknown as Operation })],
  ])('out of bounds is refused by the name of its field, %s', (path, bad) => {
    expect(() => encodeRequest(bad)).toThrow(expect.objectContaining({ name: 'Malformed', path }));
  });
});
