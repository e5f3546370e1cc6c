// Bundles the programs that experiments start as processes, each into one file with a V8 code cache beside it: a node
// then starts in a quarter of the time. Does nothing for a bundle whose inputs are unchanged.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Each is a `qflow` command of its own: `node OUTPUT-loader.cjs node --config FILE` runs a node. */
const programs = [
  { source: 'packages/engine-host/src/main.ts', output: 'packages/engine-host/dist/bundle/qflow-node' },
  { source: 'packages/testkit/src/broken-node/main.ts', output: 'packages/testkit/dist/bundle/broken-node' },
];

/** Packages with native addons are loaded from node_modules. */
const external = ['@chainsafe/blst'];

/** The cache is bound to the version of Node.js; the loader makes a new one when it meets another. */
const host = `${process.version} ${process.arch}`;

let failures = 0;
for (const program of programs) {
  try {
    await bundle(program);
  } catch (error) {
    failures++;
    console.error(`bundle ${program.output}: ${error.message}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;

async function bundle({ source, output }) {
  const path = join(root, output);
  const record = `${path}.inputs.json`;
  if (isUpToDate(record)) {
    return;
  }
  const startMs = performance.now();
  mkdirSync(dirname(path), { recursive: true });
  rmSync(record, { force: true });

  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    // Straight from the sources of all packages: no need to wait for their compilation.
    conditions: ['source'],
    external,
    // A program that is started by its path has no use for it, and CommonJS has none.
    define: { 'import.meta.url': '""' },
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  // The loader wraps it into a function, where "#!" cannot stand.
  const contents = outputFiles[0].text.replace(/^#!.*\n/, '');
  const digest = createHash('sha256').update(contents).update(host).digest('hex').slice(0, 16);
  // Complete before it takes its name: other processes may start nodes, or bundle too, at the same time.
  const started = `${path}-loader.${process.pid}.cjs`;
  writeFileSync(`${path}.${digest}.cjs`, contents);
  writeFileSync(started, loader(`${basename(path)}.${digest}`));
  try {
    await warm(started);
    renameSync(started, `${path}-loader.cjs`);
  } finally {
    rmSync(started, { force: true });
  }
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(`${basename(path)}.`) && !name.includes(digest)) {
      rmSync(join(dirname(path), name), { force: true });
    }
  }

  const inputs = [...Object.keys(metafile.inputs), relative(root, fileURLToPath(import.meta.url)), 'package-lock.json'];
  writeFileSync(
    record,
    JSON.stringify({ host, inputs: Object.fromEntries(inputs.map((name) => [name, stampOf(name)])) }),
  );
  console.log(`bundled ${output} in ${Math.round(performance.now() - startMs)} ms`);
}

function isUpToDate(record) {
  let known;
  try {
    known = JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    return false;
  }
  return known.host === host && Object.entries(known.inputs).every(([name, stamp]) => stampOf(name) === stamp);
}

function stampOf(name) {
  const { mtimeMs, size } = statSync(join(root, name), { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

/**
 * Runs the bundle with its code cache. V8 compares no more than the length of the source, so both have the digest of
 * the bundle in their names. A cache that V8 refuses (another Node.js, other flags) is made anew, once the start is over.
 */
function loader(name) {
  return `'use strict';
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const vm = require('node:vm');

const filename = join(__dirname, ${JSON.stringify(`${name}.cjs`)});
const cache = join(__dirname, ${JSON.stringify(`${name}.cache`)});

let cachedData;
try {
  cachedData = readFileSync(cache);
} catch {
  // Without a cache the start is slower, no more.
}
const script = new vm.Script(Module.wrap(readFileSync(filename, 'utf8')), { filename, cachedData });

function keep() {
  try {
    const temporary = cache + '.' + process.pid;
    writeFileSync(temporary, script.createCachedData());
    renameSync(temporary, cache);
  } catch {
    // A directory that may only be read: the next start is as slow as this one.
  }
}
if (process.env.QFLOW_KEEP_CODE_CACHE === '1') {
  process.on('exit', keep);
} else if (cachedData === undefined || script.cachedDataRejected) {
  setTimeout(keep, 1500).unref();
}

const own = new Module(filename, module);
own.filename = filename;
own.paths = Module._nodeModulePaths(__dirname);
script.runInThisContext()(own.exports, Module.createRequire(filename), own, filename, __dirname);
`;
}

/**
 * A cluster of two writes a register and stops; node 0 leaves the cache, with what was compiled on the way in it.
 * Whatever fails here fails the build: what cannot start here starts nowhere.
 */
async function warm(program) {
  const directory = mkdtempSync(join(tmpdir(), 'qflow-bundle-'));
  const nodes = [];
  try {
    await exited(run(program, ['genesis', '--validators', '2', '--directory', directory]));
    // Node 0 dials node 1, which therefore comes first and says where it listens: no port is guessed.
    const keepCache = { QFLOW_KEEP_CODE_CACHE: '1' };
    nodes.push(run(program, ['node', '--config', configure(directory, 1), '--exit-with-parent']));
    const { p2p } = await listening(nodes[0]);
    nodes.push(run(program, ['node', '--config', configure(directory, 0, p2p), '--exit-with-parent'], keepCache));
    const { api } = await listening(nodes[1]);
    for (let count = 0; count < 10; count++) {
      const response = await fetch(`http://127.0.0.1:${api}/api/v1/registers/warm`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value: String(count) }),
      });
      if (!response.ok) {
        throw new Error(`the bundle answered ${response.status}: ${await response.text()}`);
      }
      await response.json();
    }
    const ends = nodes.map(exited);
    for (const node of nodes) {
      node.kill('SIGTERM');
    }
    await Promise.all(ends);
  } finally {
    for (const node of nodes) {
      node.kill('SIGKILL');
    }
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Lets the system choose the ports of a node; returns its configuration file. */
function configure(directory, index, peerPort) {
  const file = join(directory, `node-${index}`, 'configuration.json');
  const configuration = JSON.parse(readFileSync(file, 'utf8'));
  configuration.p2p.port = configuration.api.port = 0;
  if (peerPort !== undefined) {
    configuration.peers[0].address.port = peerPort;
  }
  writeFileSync(file, JSON.stringify(configuration));
  return file;
}

function run(program, args, env = {}) {
  return spawn(process.execPath, [program, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
}

function exited(child) {
  child.stdout.resume();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`the bundle ended with ${code ?? signal}`)),
    );
  });
}

function listening(child) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.on('exit', (code, signal) => reject(new Error(`the bundle ended with ${code ?? signal} before it listened`)));
  });
}
