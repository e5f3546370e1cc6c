import { virtualClock } from '@qflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HealingClosed, RunHealing } from './healing.ts';
import type { JournalEntry } from './journal.ts';
import type { Undo } from './undo.ts';

const start = (node: string): Undo => ({ undo: 'processes.start', node });
const nodeOf = (undo: Undo): string => ('node' in undo ? undo.node : '');

function world(undoing: (undo: Undo) => Promise<void> = async () => undefined) {
  const undone: string[] = [];
  const journal: JournalEntry[] = [];
  const healing = new RunHealing({
    clock: virtualClock(),
    undoWithinMs: 1_000,
    journal: {
      async write(entry) {
        journal.push(entry);
      },
    },
    async undo(undo) {
      await undoing(undo);
      undone.push(nodeOf(undo));
    },
  });
  return { healing, undone, journal };
}

test('undoes the last first, once, and writes each step down', async () => {
  const { healing, undone, journal } = world();
  await healing.register(start('a'));
  await healing.register(start('b'));

  await healing.now();
  await healing.now();

  expect(undone).toEqual(['b', 'a']);
  expect(journal.map(({ entry, id }) => `${entry} ${id}`)).toEqual([
    'registered 1',
    'registered 2',
    'undone 2',
    'undone 1',
  ]);
  expect(healing.residue()).toEqual([]);
});

test('undoes everything in reverse, whatever the scopes and however often it is asked', async () => {
  const name = fc.string({ minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ name, scope: fc.nat(2) })),
      fc.integer({ min: 1, max: 3 }),
      async (steps, times) => {
        const { healing, undone } = world();
        const scopes = [healing.scope(), healing.scope(), healing.scope()];
        for (const step of steps) await scopes[step.scope]!.register(start(step.name));

        await Promise.all(Array.from({ length: times }, () => healing.now()));

        expect(undone).toEqual(steps.map((step) => step.name).reverse());
      },
    ),
  );
});

test('heals one scope alone, and the rest with the whole', async () => {
  const { healing, undone } = world();
  const one = healing.scope();
  const other = healing.scope();
  await one.register(start('a'));
  await other.register(start('b'));
  await one.register(start('c'));

  await one.now();
  expect(undone).toEqual(['c', 'a']);
  await healing.now();
  expect(undone).toEqual(['c', 'a', 'b']);
});

test('goes on past what cannot be undone, reports it, and tries it again when asked again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), async (names, pick) => {
      const broken = names[pick % names.length]!;
      let isBroken = true;
      const { healing, undone } = world(async (undo) => {
        if (isBroken && nodeOf(undo) === broken) throw new Error('no such node');
      });
      for (const name of names) await healing.register(start(name));

      await healing.now();
      expect(undone).toEqual(names.filter((name) => name !== broken).reverse());
      expect(healing.residue()).toMatchObject([{ what: expect.stringContaining('no such node') }]);

      isBroken = false;
      await healing.now();
      expect(undone.at(-1)).toBe(broken);
      expect(healing.residue()).toEqual([]);
    }),
  );
});

test('gives up an undo that hangs, and heals the rest', async () => {
  const { healing, undone } = world((undo) =>
    nodeOf(undo) === 'b' ? new Promise(() => undefined) : Promise.resolve(),
  );
  await healing.register(start('a'));
  await healing.register(start('b'));

  await healing.now();

  expect(undone).toEqual(['a']);
  expect(healing.residue()).toMatchObject([{ what: expect.stringContaining('within 1000 ms') }]);
});

test('refuses to register once it is closed, so that no harm follows', async () => {
  const { healing } = world();
  healing.close();

  await expect(healing.register(start('a'))).rejects.toThrow(HealingClosed);
});

test('does not let harm be done when its undo cannot be written down', async () => {
  const healing = new RunHealing({
    clock: virtualClock(),
    journal: { write: () => Promise.reject(new Error('disk full')) },
    undo: async () => undefined,
  });

  await expect(healing.register(start('a'))).rejects.toThrow('disk full');
  await healing.now();
  expect(healing.residue()).toMatchObject([{ what: expect.stringContaining('disk full') }]);
});

test('undoes a scope once more when harm came after its undo', async () => {
  const { healing, undone } = world();
  const scope = healing.scope();
  await scope.register(start('a'));
  await healing.now();

  await scope.again();

  expect(undone).toEqual(['a', 'a']);
});
