// Who may import whom, as data. ARCHITECTURE.md gives the reasons; scripts/borders.test.ts plants a breach of every rule.

import { Visitor } from '@swc/core/Visitor.js';

// The visitor of swc stops at `using` declarations, and the whole check with it. They declare like any other.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

/** Package → packages whose index it may import. Tests may import any index. */
const mayImport = {
  ports: [],
  simulation: ['ports', 'sandbox'],
  sandbox: ['ports'],
  engine: ['ports'],
  'engine-host': ['ports', 'engine', 'sandbox'],
  checkers: [],
  chaos: ['ports', 'checkers'],
  environments: ['ports', 'simulation', 'chaos', 'checkers'],
  targets: ['ports', 'engine', 'engine-host', 'chaos', 'checkers'],
  suites: ['chaos', 'checkers'],
  report: ['chaos'],
  cli: [
    'ports',
    'simulation',
    'engine',
    'engine-host',
    'checkers',
    'chaos',
    'environments',
    'targets',
    'suites',
    'report',
  ],
  testkit: ['ports', 'simulation', 'engine', 'engine-host', 'checkers', 'chaos', 'environments', 'targets', 'suites'],
};

/** Packages without a platform → the libraries that they may use: none of these reads time, randomness or files. */
const pureLibraries = {
  ports: [],
  simulation: ['pure-rand'],
  sandbox: [],
  engine: ['yaml', 'yjs', 'multiformats'],
  checkers: [],
  chaos: ['zod', 'fastest-levenshtein'],
  suites: [],
};

/** Libraries that only the engine's host imports: they never cross a port. */
const hostLibraries = [
  'libp2p',
  '@libp2p/',
  '@multiformats/',
  '@chainsafe/',
  'hono',
  '@hono/',
  'prom-client',
  'classic-level',
];

/** Compliance suites and shorthand for tests: they may use test libraries, and only tests reach them. */
const forTests = ['\\.test\\.ts$', '/compliance/', '/testing/', '^packages/testkit/'];
/** Commands of a pure package: files, streams and exit codes are theirs. */
const commands = '^packages/checkers/src/command/';

/** Folders of experiments; what several share lies beside them. */
const suites = '(nodes|network|resources|distributed|byzantine)';

const either = (names) => `(${names.map((name) => name.replace(/[.]/g, '\\.')).join('|')})`;
const library = (names) => `^node_modules/${either(names)}`;

const borders = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `border-of-${name}`,
  severity: 'error',
  comment: `${name} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other package'}`,
  // The test kit is made for tests as a whole; its own border holds all the same.
  from: { path: `^packages/${name}/src/`, ...(name === 'testkit' ? {} : { pathNot: forTests }) },
  to: { path: '^packages/[^/]+/src/', pathNot: `^packages/${either([name, ...allowed])}/src/` },
}));

const pureBorders = Object.entries(pureLibraries).map(([name, allowed]) => ({
  name: `libraries-of-${name}`,
  severity: 'error',
  comment: `${name} is pure: it may use ${allowed.length > 0 ? allowed.join(', ') : 'no library'}`,
  from: { path: `^packages/${name}/src/`, pathNot: [...forTests, commands] },
  to: {
    path: '^node_modules/',
    ...(allowed.length > 0 ? { pathNot: `^node_modules/${either(allowed)}/` } : {}),
  },
}));

export default {
  forbidden: [
    ...borders,
    ...pureBorders,
    {
      name: 'pure-without-platform',
      severity: 'error',
      comment: 'time, randomness, files and sockets come from the ports',
      from: { path: `^packages/${either(Object.keys(pureLibraries))}/src/`, pathNot: [...forTests, commands] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-meet-at-index',
      severity: 'error',
      comment: 'what a package does not export is its own',
      from: { path: '^packages/([^/]+)/src/' },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: ['^packages/$1/src/', '^packages/[^/]+/src/(compliance/)?index\\.ts$'],
      },
    },
    {
      name: 'packages-meet-by-name',
      severity: 'error',
      comment: 'another package is imported as @qflow/NAME, not by a path to it',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/', pathNot: '^packages/$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'host-libraries-at-the-host',
      severity: 'error',
      comment: 'a library behind a port does not cross it',
      from: { path: '^packages/', pathNot: ['^packages/engine-host/', ...forTests] },
      to: { path: library(hostLibraries) },
    },
    {
      name: 'environments-are-strangers',
      severity: 'error',
      comment: 'an environment knows no other; what several need on this machine lives in host',
      from: { path: '^packages/environments/src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/environments/src/[^/]+/', pathNot: '^packages/environments/src/($1|host)/' },
    },
    {
      name: 'targets-are-strangers',
      severity: 'error',
      comment: 'a target knows no other',
      from: { path: '^packages/targets/src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^packages/targets/src/[^/]+/', pathNot: '^packages/targets/src/$1/' },
    },
    {
      name: 'experiments-are-strangers',
      severity: 'error',
      comment: 'an experiment is read on its own: what two share is a fault, a workload or a check',
      from: { path: `^packages/suites/src/${suites}/`, pathNot: ['\\.test\\.ts$', '/index\\.ts$'] },
      to: { path: `^packages/suites/src/${suites}/` },
    },
    {
      name: 'tests-are-not-shipped',
      severity: 'error',
      comment: 'what runs for users reaches neither tests nor what is made for tests',
      from: { path: '^packages/[^/]+/src/', pathNot: forTests },
      to: { path: [...forTests, library(['vitest', 'fast-check'])] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'two files that need each other are one idea, or lack a third',
      from: { path: '^packages/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'a file that nothing reaches and that reaches nothing does nothing',
      from: { path: '^packages/[^/]+/src/', orphan: true, pathNot: ['/src/index\\.ts$', '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'imports-exist',
      severity: 'error',
      comment: 'an import that resolves to nothing is checked by nothing',
      from: { path: '^packages/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no compiler API, without which the default parser silently sees no module at all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    exclude: { path: '(^|/)(dist|fixtures)/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
