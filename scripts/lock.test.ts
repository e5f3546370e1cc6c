import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };

test('the lock file has every optional package, or npm ci refuses it: node scripts/complete-lock.mjs adds them', () => {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));

  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
});

test('the lock file carries no registry address', () => {
  const addressed = Object.entries(packages).filter(
    ([, { resolved, link }]) => link !== true && resolved !== undefined,
  );

  expect(addressed.map(([name]) => name)).toEqual([]);
});
