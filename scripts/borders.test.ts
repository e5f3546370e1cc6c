import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import configuration from '../.dependency-cruiser.mjs';

const root = join(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Cruise {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(directory: string): Cruise {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cruiser, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'packages'],
    { cwd: directory, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Cruise;
}

let here: Cruise;
let planted: string;
let found: Cruise['summary']['violations'];

beforeAll(() => {
  planted = mkdtempSync(join(tmpdir(), 'qflow-borders-'));
  here = cruise(root);
  plant();
  found = cruise(planted).summary.violations;
});
afterAll(() => rmSync(planted, { recursive: true, force: true }));

test('the check sees every source and finds no forbidden import', () => {
  const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('packages', path))
    .filter((path) => /^packages\/[^/]+\/src\/.+\.ts$/.test(path) && !path.includes('/fixtures/'));
  const { modules, summary } = here;
  const seen = new Set(modules.map(({ source }) => source));

  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((path) => !seen.has(path))).toEqual([]);
  expect(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([]);
});

/** Package → the packages that it imports, tests apart. */
function importedPackages(): Record<string, string[]> {
  const packageOf = (path: string) => /^packages\/([^/]+)\/src\//.exec(path)?.[1];
  const isForTests = (path: string) => /\.test\.ts$|\/(compliance|testing)\//.test(path);

  const imported: Record<string, Set<string>> = {};
  for (const { source, dependencies } of here.modules) {
    const from = packageOf(source);
    if (from === undefined || isForTests(source)) continue;
    imported[from] ??= new Set();
    for (const { resolved } of dependencies) {
      const to = packageOf(resolved);
      if (to !== undefined && to !== from) imported[from].add(to);
    }
  }
  return Object.fromEntries(Object.entries(imported).map(([name, names]) => [name, [...names].sort()]));
}

const read = (name: string, file: string) => JSON.parse(readFileSync(join(root, 'packages', name, file), 'utf8'));

test('each package lists the packages that it imports, and no other', () => {
  const listed = (name: string) =>
    Object.keys(read(name, 'package.json').dependencies)
      .flatMap((dependency) => (dependency.startsWith('@qflow/') ? [dependency.slice('@qflow/'.length)] : []))
      .sort();
  const imported = importedPackages();

  expect(Object.fromEntries(Object.keys(imported).map((name) => [name, listed(name)]))).toEqual(imported);
});

test('each package is built after those that it imports', () => {
  const unbuilt = Object.entries(importedPackages()).flatMap(([name, names]) => {
    const { references } = read(name, 'tsconfig.json') as { references: readonly { readonly path: string }[] };
    return names
      .filter((other) => !references.some(({ path }) => path === `../${other}`))
      .map((other) => `${name} → ${other}`);
  });

  expect(unbuilt).toEqual([]);
});

/** Rule → a file with one import that the rule forbids, and the files that it needs. */
const breaches: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'border-of-ports': { 'ports/src/breach.ts': "export * from '@qflow/engine';" },
  'border-of-simulation': { 'simulation/src/breach.ts': "export * from '@qflow/engine';" },
  'border-of-sandbox': { 'sandbox/src/breach.ts': "export * from '@qflow/engine';" },
  'border-of-engine': { 'engine/src/breach.ts': "export * from '@qflow/simulation';" },
  'border-of-engine-host': { 'engine-host/src/breach.ts': "export * from '@qflow/chaos';" },
  'border-of-checkers': { 'checkers/src/breach.ts': "export * from '@qflow/chaos';" },
  'border-of-chaos': { 'chaos/src/breach.ts': "export * from '@qflow/environments';" },
  'border-of-environments': { 'environments/src/breach.ts': "export * from '@qflow/targets';" },
  'border-of-targets': { 'targets/src/breach.ts': "export * from '@qflow/environments';" },
  'border-of-suites': { 'suites/src/breach.ts': "export * from '@qflow/environments';" },
  'border-of-report': { 'report/src/breach.ts': "export * from '@qflow/checkers';" },
  'border-of-cli': { 'cli/src/breach.ts': "export * from '@qflow/testkit';" },
  'border-of-testkit': { 'testkit/src/breach.ts': "export * from '@qflow/report';" },

  'libraries-of-ports': { 'ports/src/library.ts': "export * from 'zod';" },
  'libraries-of-simulation': { 'simulation/src/library.ts': "export * from 'zod';" },
  'libraries-of-sandbox': { 'sandbox/src/library.ts': "export * from 'zod';" },
  'libraries-of-engine': { 'engine/src/library.ts': "export * from 'zod';" },
  'libraries-of-checkers': { 'checkers/src/library.ts': "export * from 'zod';" },
  'libraries-of-chaos': { 'chaos/src/library.ts': "export type * from 'yaml';" },
  'libraries-of-suites': { 'suites/src/library.ts': "export * from 'zod';" },

  'pure-without-platform': { 'engine/src/platform.ts': "export * from 'node:fs';" },
  'packages-meet-at-index': {
    'chaos/src/inside.ts': "export * from '../../checkers/src/inner.ts';",
    'checkers/src/inner.ts': '',
  },
  'packages-meet-by-name': { 'chaos/src/path.ts': "export * from '../../checkers/src/index.ts';" },
  'host-libraries-at-the-host': { 'targets/src/wire.ts': "export * from 'libp2p';" },
  'environments-are-strangers': {
    'environments/src/processes/other.ts': "export * from '../namespaces/thing.ts';",
    'environments/src/namespaces/thing.ts': '',
  },
  'targets-are-strangers': {
    'targets/src/qflow/other.ts': "export * from '../etcd/thing.ts';",
    'targets/src/etcd/thing.ts': '',
  },
  'experiments-are-strangers': {
    'suites/src/nodes/one.ts': "export * from './two.ts';",
    'suites/src/nodes/two.ts': '',
  },
  'tests-are-not-shipped': {
    'report/src/shipped.ts': "export * from './shipped.test.ts';",
    'report/src/shipped.test.ts': '',
  },
  'no-cycles': {
    'engine/src/hen.ts': "export * from './egg.ts';",
    'engine/src/egg.ts': "export * from './hen.ts';",
  },
  'no-orphans': { 'engine/src/alone.ts': 'export const alone = true;' },
  'imports-exist': { 'engine/src/gap.ts': "export * from './nowhere.ts';" },
};

/** Imports that look alike and are allowed: a rule that forbids everything would pass the test above. */
const allowed: Readonly<Record<string, string>> = {
  'environments/src/processes/allowed.ts': "export * from '../host/allowed.ts';",
  'environments/src/host/allowed.ts': "export * from 'node:fs';\nexport * from '@qflow/chaos';",
  'chaos/src/allowed.ts': "export * from 'zod';\nexport * from '@qflow/checkers';",
  'chaos/src/allowed.test.ts': "export * from 'vitest';\nexport * from 'node:fs';\nexport * from '@qflow/testkit';",
  'checkers/src/command/allowed.ts': "export * from 'node:fs';",
  'cli/src/allowed.ts':
    "export * from '@qflow/chaos';\nexport async function one() { await using two = await import('@qflow/suites'); return two; }",
  'engine-host/src/allowed.ts': "export * from 'libp2p';\nexport * from '@qflow/engine';",
  'suites/src/nodes/three.ts': "export * from '../checks/shared.ts';",
  'suites/src/checks/shared.ts': '',
  'suites/src/nodes/index.ts': "export * from './two.ts';",
};

/** A workspace like this one, with the same packages, that holds nothing but breaches and allowed imports. */
function plant(): void {
  const packages = configuration.forbidden.flatMap(({ name }) =>
    name.startsWith('border-of-') ? [name.slice('border-of-'.length)] : [],
  );
  mkdirSync(join(planted, 'node_modules/@qflow'), { recursive: true });
  for (const library of ['zod', 'yaml', 'libp2p', 'vitest']) {
    write(`../node_modules/${library}/package.json`, JSON.stringify({ name: library, main: 'index.js' }));
    write(`../node_modules/${library}/index.js`, '');
  }
  for (const name of packages) {
    const exports = { '.': { source: './src/index.ts', default: './dist/index.js' } };
    write(`${name}/package.json`, JSON.stringify({ name: `@qflow/${name}`, type: 'module', exports }));
    write(`${name}/src/index.ts`, '');
    symlinkSync(join(planted, 'packages', name), join(planted, 'node_modules/@qflow', name));
  }
  for (const files of [...Object.values(breaches), allowed]) {
    for (const [path, content] of Object.entries(files)) write(path, `${content}\n`);
  }
}

function write(path: string, content: string): void {
  const file = join(planted, 'packages', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

test.each(configuration.forbidden.map(({ name }) => name))('%s refuses the import planted against it', (name) => {
  const files = Object.keys(breaches[name] ?? {}).map((path) => `packages/${path}`);

  expect(files, 'a rule without a planted breach').not.toEqual([]);
  expect(found.filter(({ from, rule }) => files.includes(from) && rule.name === name)).not.toEqual([]);
});

test('what the table allows is not refused', () => {
  const files = Object.keys(allowed).map((path) => `packages/${path}`);

  expect(found.filter(({ from, rule }) => files.includes(from) && rule.name !== 'no-orphans')).toEqual([]);
});
