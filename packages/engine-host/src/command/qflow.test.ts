import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Result, verifyAnswer } from '@qflow/engine';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { proofFromJson } from '../api/answer-json.ts';
import { clusterVerifier } from '../crypto/threshold-crypto.ts';
import { type Genesis, genesis } from '../genesis/genesis.ts';
import { logRecords } from '../storage/log-file.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const program = join(root, 'packages/engine-host/dist/bundle/qflow-node-loader.cjs');
const token = 'the token of this test';

/** A node's process. */
class Started {
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  readonly #printed: string[] = [];
  errors = '';

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', (data) => {
      this.errors += data;
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.#printed.push(line));
    this.exited = once(this.child, 'exit').then(([code, signal]) => code ?? signal);
  }

  async listening(): Promise<{ p2p: number; api: number; pid: number }> {
    await expect.poll(() => this.#printed.length > 0 || this.child.exitCode !== null, { timeout: 30_000 }).toBe(true);
    return JSON.parse(this.#printed[0] ?? this.errors);
  }
}

/** Passes bytes to a port that may change with each start. */
class Passage {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((inbound) => {
    const outbound = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => this.#sockets.delete(from));
      from.pipe(to);
    }
  });
  target = 1;

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  close(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
  }
}

let directory: string;
let nodes: Map<number, Started & { base?: string }>;
let passages: Passage[];

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs')]);
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qflow-command-'));
  nodes = new Map();
  passages = [];
});
afterEach(async () => {
  for (const { child, exited } of nodes.values()) {
    child.kill('SIGKILL');
    await exited;
  }
  for (const passage of passages) {
    passage.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

async function makeCluster(validators: number): Promise<Genesis> {
  passages = Array.from({ length: validators }, () => new Passage());
  await Promise.all(passages.map((passage) => passage.open()));
  return genesis({
    validators,
    directory: join(directory, 'cluster'),
    seed: 'a test',
    dialAddress: (_from, to) => ({ host: '127.0.0.1', port: passages[to]!.port }),
    settings: { controlToken: token },
  });
}

async function start(cluster: Genesis, index: number): Promise<void> {
  const node: Started & { base?: string } = new Started(['node', '--config', cluster.nodes[index]!.configurationFile]);
  nodes.set(index, node);
  const { p2p, api, pid } = await node.listening();
  expect(pid).toBe(node.child.pid);
  passages[index]!.target = p2p;
  node.base = `http://127.0.0.1:${api}`;
}

async function ask(index: number, method: string, path: string, body?: unknown) {
  const response = await fetch(nodes.get(index)!.base + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}
const write = (index: number, key: string, value: string) => ask(index, 'PUT', `/api/v1/registers/${key}`, { value });
const health = async (index: number) => (await ask(index, 'GET', '/api/v1/system/health')).body;
const events = (cluster: Genesis, index: number): { time: number; event: string; value: unknown }[] =>
  readFileSync(cluster.nodes[index]!.eventsFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const processState = (index: number) =>
  readFileSync(`/proc/${nodes.get(index)!.child.pid}/stat`, 'utf8')
    .split(') ')
    .pop()![0];

describe('four nodes', () => {
  test('write through each of them, go on without one, take it back, and stop when told to', async () => {
    const cluster = await makeCluster(4);
    await Promise.all([0, 1, 2, 3].map((index) => start(cluster, index)));
    const first = await Promise.all([0, 1, 2, 3].map((index) => write(index, `k${index}`, 'v')));
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 200]);

    nodes.get(2)!.child.kill('SIGKILL');
    expect(await nodes.get(2)!.exited).toBe('SIGKILL');
    for (const index of [0, 1, 3]) {
      expect((await write(index, 'k2', `without ${index}`)).status).toBe(200);
    }

    await start(cluster, 2);
    const { finalized } = await health(0);
    expect(finalized.height).toBeGreaterThan(0);
    await expect
      .poll(async () => (await health(2)).finalized.height, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(finalized.height);
    expect((await ask(2, 'GET', '/api/v1/registers/k2')).body).toMatchObject({ value: 'without 3', version: 4 });
    // Nobody asks, nothing moves: all have come to the same end.
    await expect
      .poll(
        async () =>
          new Set(await Promise.all([0, 1, 2, 3].map(async (index) => (await health(index)).finalized.stateRoot))).size,
        { timeout: 30_000 },
      )
      .toBe(1);

    for (const { child } of nodes.values()) {
      child.kill('SIGTERM');
    }
    // Zero only when all was closed within two seconds.
    expect(await Promise.all([...nodes.values()].map(({ exited }) => exited))).toEqual([0, 0, 0, 0]);
  });

  test('that cannot agree any more say at their stop that nobody can tell what became of a request', async () => {
    const cluster = await makeCluster(4);
    await Promise.all([0, 1, 2, 3].map((index) => start(cluster, index)));
    await write(0, 'k', 'before');
    for (const index of [2, 3]) {
      nodes.get(index)!.child.kill('SIGKILL');
      await nodes.get(index)!.exited;
    }
    const waiting = write(0, 'k', 'without a quorum');
    await expect.poll(async () => (await health(0)).pendingRequests).toBe(1);
    nodes.get(0)!.child.kill('SIGTERM');

    expect(await waiting).toMatchObject({ status: 504, body: { error: { code: 'stopping', outcome: 'info' } } });
    expect(await nodes.get(0)!.exited).toBe(0);
  });

  test('answer with proofs that hold against the public keys alone', async () => {
    const cluster = await makeCluster(4);
    await Promise.all([0, 1, 2, 3].map((index) => start(cluster, index)));
    await write(0, 'k', 'v');
    const { body } = await ask(1, 'GET', '/api/v1/registers/k');
    const { proof, client, sequence, expiresAfterView, view, height, ...result } = body;
    const request = { client, sequence, expiresAfterView, operation: { kind: 'read' as const, key: 'k' } };
    const check = (claimed: Result) =>
      verifyAnswer(clusterVerifier(cluster.cluster.keys), cluster.cluster, request, claimed, proofFromJson(proof))
        .valid;

    expect(result).toEqual({ kind: 'value', value: 'v', version: 1 });
    expect(check(result)).toBe(true);
    expect(check({ ...result, value: 'w' })).toBe(false);
    expect([view, height].every(Number.isInteger)).toBe(true);
  });

  test('stop their own process at the event that was armed, before anyone hears of it', async () => {
    const cluster = await makeCluster(4);
    await Promise.all([0, 1, 2, 3].map((index) => start(cluster, index)));
    await write(0, 'k', 'before');
    expect((await ask(1, 'POST', '/control/arm', { event: 'proposal-half-sent' })).body).toEqual({
      armed: 'proposal-half-sent',
      nth: 1,
      afterFlush: true,
    });
    for (let count = 0; processState(1) !== 'T' && count < 100; count++) {
      expect((await write(0, 'k', String(count))).status).toBe(200);
    }
    await expect.poll(() => processState(1), { timeout: 30_000 }).toBe('T');

    const last = events(cluster, 1).at(-1)!;
    expect(last).toMatchObject({ event: 'armed-stop', value: { event: 'proposal-half-sent', nth: 1, flushed: true } });
    // The others go on without it, and it comes back.
    expect((await write(2, 'k', 'after')).status).toBe(200);
    nodes.get(1)!.child.kill('SIGCONT');
    expect((await ask(1, 'GET', '/api/v1/registers/k')).body).toMatchObject({ value: 'after' });
  });
});

describe('the command', () => {
  const run = (...args: string[]) => {
    const started = new Started(args);
    nodes.set(nodes.size + 100, started);
    return started;
  };

  test('refuses a bad configuration with a line for each problem', async () => {
    const file = (await makeCluster(4)).nodes[0]!.configurationFile;
    const configuration = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...configuration, validators: 5, colour: 'red' }));
    const node = run('node', '--config', file);

    expect(await node.exited).toBe(2);
    expect(node.errors).toMatch(/^qflow: .*configuration\.json: colour is not known here$/m);
  });

  test('refuses unknown flags and commands', async () => {
    const node = run('nod', '--config', 'x');

    expect(await node.exited).toBe(2);
    expect(node.errors).toContain("unknown command 'nod'");
  });

  test('makes a cluster, once', async () => {
    const args = ['genesis', '--validators', '1', '--directory', join(directory, 'one')];

    expect(await run(...args).exited).toBe(0);
    const again = run(...args);
    expect(await again.exited).toBe(2);
    expect(again.errors).toContain('cluster.json exists already');
  });

  test('ends with 65 when the log is damaged in its middle, and starts with a torn one', async () => {
    const cluster = await makeCluster(1);
    await start(cluster, 0);
    await write(0, 'k', 'a');
    await write(0, 'k', 'b');
    nodes.get(0)!.child.kill('SIGTERM');
    await nodes.get(0)!.exited;
    const log = join(cluster.nodes[0]!.dataDirectory, 'consensus.log');
    const whole = readFileSync(log);
    truncateSync(log, whole.length - 1);
    await start(cluster, 0);
    nodes.get(0)!.child.kill('SIGKILL');
    await nodes.get(0)!.exited;

    const damaged = Buffer.from(whole);
    damaged[logRecords(whole)[2]!.end - 1]! ^= 1;
    writeFileSync(log, damaged);
    const node = run('node', '--config', cluster.nodes[0]!.configurationFile);
    expect(await node.exited).toBe(65);
    expect(node.errors).toMatch(/^qflow: Log "consensus" is damaged at byte \d+, .*\n$/);
  });

  test('says who holds the data directory, and which port is taken', async () => {
    const cluster = await makeCluster(2);
    await start(cluster, 0);
    const second = run('node', '--config', cluster.nodes[0]!.configurationFile);
    expect(await second.exited).toBe(1);
    expect(second.errors).toMatch(/^qflow: dataDirectory .* is in use by process \d+: stop it first\n$/);

    const file = cluster.nodes[1]!.configurationFile;
    const configuration = JSON.parse(readFileSync(file, 'utf8'));
    const { port } = new URL(nodes.get(0)!.base!);
    for (const part of ['p2p', 'api']) {
      writeFileSync(file, JSON.stringify({ ...configuration, [part]: { ...configuration[part], port: Number(port) } }));
      const node = run('node', '--config', file);
      expect(await node.exited).toBe(1);
      expect(node.errors).toBe(`qflow: ${part}.port: 127.0.0.1:${port} is in use by another process\n`);
    }
  });

  test('ends with its parent when told to', async () => {
    const cluster = await makeCluster(1);
    const node = run('node', '--config', cluster.nodes[0]!.configurationFile, '--exit-with-parent');
    await node.listening();
    node.child.stdin!.end();

    expect(await node.exited).toBe(129);
  });
});
