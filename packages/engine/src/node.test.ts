import { createWorld, type World } from '@qflow/simulation';
import { describe, expect, test } from 'vitest';
import { defaultLimits, type EngineConfiguration, type Limits } from './configuration.ts';
import { initializeLog } from './consensus/vote-log.ts';
import type { Node } from './contract.ts';
import type { Answer } from './ledger/answer.ts';
import { verifyAnswer } from './ledger/proof.ts';
import type { Operation, Request } from './ledger/request.ts';
import { createNode } from './node.ts';

const place = { cluster: 'nodes', epoch: 1 };

class Nodes {
  readonly world: World;
  readonly nodes: Node[] = [];
  readonly #limits: Limits;

  constructor(limits: Partial<Limits> = {}) {
    this.world = createWorld({ seed: 5, nodes: 4 });
    this.#limits = { ...defaultLimits, ...limits };
    for (let self = 0; self < 4; self += 1) {
      const ports = this.world.node(self);
      initializeLog(ports.storage, this.#configuration(self), ports.crypto);
      this.nodes.push(createNode(ports, this.#configuration(self)));
    }
    this.world.run({ untilMs: 100 });
  }

  restart(self: number): void {
    this.world.crash(self);
    this.nodes[self] = createNode(this.world.restart(self), this.#configuration(self));
  }

  /** What the node answers within a virtual second; undefined when it does not. */
  ask(index: number, request: Request): Answer | undefined {
    let heard: Answer | undefined;
    this.nodes[index]?.submit(request, (answer) => {
      heard = answer;
    });
    this.world.run({ untilMs: this.world.clock.monotonicMs() + 1_000, until: () => heard !== undefined });
    return heard;
  }

  #configuration(self: number): EngineConfiguration {
    const timing = { viewTimeoutMs: 100, greatestViewTimeoutMs: 800, blockIntervalMs: 5, resendMs: 50 };
    return { ...place, validators: 4, self, timing, limits: this.#limits };
  }
}

const request = (sequence: number, operation: Operation, expiresAfterView = 1_000): Request => ({
  client: 'tester',
  sequence,
  expiresAfterView,
  operation,
});
const write = (value: string): Operation => ({ kind: 'write', key: 'k', value });

describe('a node', () => {
  test('answers with a proof that convinces whoever holds the cluster’s keys', () => {
    const cluster = new Nodes();
    const asked = request(1, write('a'));
    const answer = cluster.ask(0, asked);
    expect(answer).toMatchObject({ outcome: 'ok', result: { kind: 'written', version: 1 } });
    if (answer?.outcome === 'ok') {
      expect(verifyAnswer(cluster.world.verifier, place, asked, answer.result, answer.proof)).toEqual({ valid: true });
    }
  });

  test('answers a repeated request from the table, at any node and after a restart, with a proof', () => {
    const cluster = new Nodes();
    const asked = request(1, write('a'));
    cluster.ask(0, asked);
    cluster.ask(0, request(2, write('b')));
    cluster.world.run({ untilMs: cluster.world.clock.monotonicMs() + 500 });
    cluster.restart(2);
    for (const index of [0, 1, 2]) {
      const again = cluster.ask(index, asked);
      expect(again).toMatchObject({ outcome: 'ok', request: asked, result: { kind: 'written', version: 1 } });
      if (again?.outcome === 'ok') {
        expect(verifyAnswer(cluster.world.verifier, place, asked, again.result, again.proof)).toEqual({ valid: true });
      }
    }
    expect(cluster.ask(3, request(3, { kind: 'read', key: 'k' }))).toMatchObject({
      result: { value: 'b', version: 2 },
    });
  });

  test('answers each of those who wait for one request, and not those who withdrew', () => {
    const cluster = new Nodes();
    const heard: string[] = [];
    const asked = request(1, write('a'));
    cluster.nodes[0]?.submit(asked, () => heard.push('first'));
    cluster.nodes[0]?.submit(asked, () => heard.push('second')).withdraw();
    cluster.nodes[0]?.submit(asked, () => heard.push('third'));
    cluster.world.run({ untilMs: cluster.world.clock.monotonicMs() + 1_000 });
    expect(heard).toEqual(['first', 'third']);
  });

  test('says that a request expired once its last view is final without it', () => {
    const cluster = new Nodes();
    for (let sequence = 1; sequence <= 5; sequence += 1) {
      cluster.ask(0, request(sequence, write('a')));
    }
    expect(cluster.ask(0, request(9, write('b'), 2))).toEqual({ outcome: 'fail', reason: 'expired' });
  });

  test('refuses what may never be carried out', () => {
    const cluster = new Nodes({ expiryViews: 50, requestBytes: 100 });
    const refused = { outcome: 'fail', reason: 'refused' };
    expect(cluster.ask(0, request(1, write('a'), 51))).toEqual(refused);
    expect(cluster.ask(0, request(1, write('a'.repeat(200)), 20))).toEqual(refused);
    expect(cluster.ask(0, { ...request(1, write('a'), 20), client: 'not a name' })).toEqual(refused);
  });

  test('says at once when too many requests wait', () => {
    const cluster = new Nodes({ pendingRequests: 3 });
    const reasons: string[] = [];
    for (let sequence = 1; sequence <= 10; sequence += 1) {
      cluster.nodes[0]?.submit(request(sequence, write('a')), (answer) => {
        reasons.push(answer.outcome === 'fail' ? answer.reason : 'ok');
      });
    }
    cluster.world.run({ untilMs: cluster.world.clock.monotonicMs() + 2_000 });
    expect(reasons.filter((reason) => reason === 'overloaded')).toHaveLength(7);
    expect(reasons.filter((reason) => reason === 'ok')).toHaveLength(3);
  });

  test('lets a request that waits already be asked for again, however many wait', () => {
    const cluster = new Nodes({ pendingRequests: 1 });
    const outcomes: string[] = [];
    for (const sequence of [1, 1, 2]) {
      cluster.nodes[0]?.submit(request(sequence, write('a')), ({ outcome }) => outcomes.push(`${sequence} ${outcome}`));
    }
    cluster.world.run({ untilMs: cluster.world.clock.monotonicMs() + 1_000 });
    expect(outcomes).toEqual(['2 fail', '1 ok', '1 ok']);
  });

  test('gives two requests of one name the answer of the one that was carried out', () => {
    const cluster = new Nodes();
    const heard: Answer[] = [];
    for (const value of ['a', 'b']) {
      cluster.nodes[0]?.submit(request(1, write(value)), (answer) => heard.push(answer));
    }
    cluster.world.run({ untilMs: cluster.world.clock.monotonicMs() + 1_000 });
    expect(heard).toHaveLength(2);
    expect(heard[0]).toMatchObject({ outcome: 'ok', request: request(1, write('a')), result: { version: 1 } });
    expect(heard[1]).toEqual(heard[0]);
    expect(cluster.ask(1, request(2, { kind: 'read', key: 'k' }))).toMatchObject({
      result: { value: 'a', version: 1 },
    });
  });

  test('reports where it stands', () => {
    const cluster = new Nodes();
    cluster.ask(0, request(1, write('a')));
    const status = cluster.nodes[0]?.status();
    expect(status).toMatchObject({ connected: [1, 2, 3], condition: 'voting', finalized: { height: 1, view: 1 } });
    expect(status?.finalized.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('whose disk refuses says so, and answers nothing that it cannot keep', () => {
    const cluster = new Nodes();
    cluster.world.disk(0).failWrites('EIO');
    expect(cluster.ask(0, request(1, write('a')))).toBeUndefined();
    expect(cluster.nodes[0]?.status().condition).toBe('failing');
    expect(cluster.ask(0, request(2, write('a')))).toEqual({ outcome: 'fail', reason: 'storage-failed' });
  });
});
