import { createRandom, createWorld } from '@qflow/simulation';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../configuration.ts';
import { soundRules } from '../rules.ts';
import type { Certificate, VoteKind } from './certificate.ts';
import { hex, noDigest } from './digest.ts';
import type { Effect, Input } from './effects.ts';
import type { Message } from './messages.ts';
import { type SealedBlock, seal } from './sealed-block.ts';
import { type Core, createCore } from './state.ts';
import { statementBytes } from './statement.ts';
import { step } from './step.ts';
import { type Count, countingApplication } from './testing/counting-application.ts';
import type { Vote } from './vote.ts';

type Of<Type> = Extract<Effect<Count>, { type: Type }>;

/** Node 0 of 4 as a bare core: the test is its world, and all of its peers. View 1 is led by node 1. */
class Bench {
  readonly core: Core<Count>;
  readonly #world = createWorld({ seed: 1, nodes: 4 });
  readonly #configuration = {
    cluster: 'bench',
    epoch: 3,
    validators: 4,
    self: 0,
    timing: { viewTimeoutMs: 100, greatestViewTimeoutMs: 800, blockIntervalMs: 0, resendMs: 50 },
    limits: { ...defaultLimits, requestsPerBlock: 3, requestBytes: 20 },
  };

  constructor(connected = [1, 2, 3]) {
    const { crypto } = this.#world.node(0);
    const application = countingApplication(crypto.hash);
    this.core = createCore({
      configuration: this.#configuration,
      application,
      crypto,
      rules: soundRules.consensus,
      question: createRandom(1).between(2, 1_000),
    });
    this.take({ type: 'start' });
    for (const peer of connected) {
      this.take({ type: 'connected', peer });
    }
  }

  take(input: Input): readonly Effect<Count>[] {
    return step(this.core, 0, input);
  }

  hear(from: number, message: Message): readonly Effect<Count>[] {
    return this.take({ type: 'message', from, message });
  }

  vote(voter: number, kind: VoteKind, view: number, digest = noDigest): Vote {
    const message = statementBytes(this.#configuration, { kind, view, digest });
    return { kind, view, digest, share: this.#world.node(voter).crypto.sign('quorum', message) };
  }

  certificate(kind: VoteKind, view: number, digest = noDigest): Certificate {
    const message = statementBytes(this.#configuration, { kind, view, digest });
    const shares = [1, 2, 3].map((voter) => this.vote(voter, kind, view, digest).share);
    const combined = this.#world.node(1).crypto.combine('quorum', message, shares);
    if (!('proof' in combined)) {
      throw new Error('The bench combined bad shares.');
    }
    return { kind, view, digest, proof: combined.proof };
  }

  /** A block as its proposer would make it, with wrong parts where the test wants them. */
  block(
    view: number,
    proposer: number,
    requests: readonly string[],
    wrong: Partial<SealedBlock['header']> = {},
  ): SealedBlock {
    const parent = this.core.head.sealed;
    const encoded = requests.map((request) => new TextEncoder().encode(request));
    const position = { view, parentView: parent.header.view, height: parent.header.height + 1, proposer };
    const state = this.core.head.executed?.state ?? { total: 0, seen: new Set() };
    const { stateRoot, resultsRoot } = this.core.application.execute(state, position, encoded);
    return seal(
      this.core.crypto.hash,
      { ...position, parent: parent.digest, stateRoot, resultsRoot, ...wrong },
      encoded,
    );
  }

  propose(block: SealedBlock, justify: readonly Certificate[] = []): readonly Effect<Count>[] {
    const { proposer, view } = block.header;
    const vote = this.vote(proposer, 'notarize', view, block.digest);
    return this.hear(proposer, { type: 'propose', block, vote, justify });
  }
}

const votesIn = (effects: readonly Effect<Count>[]): readonly string[] =>
  effects
    .filter((effect): effect is Of<'persist'> => effect.type === 'persist')
    .flatMap(({ record }) => (record.type === 'vote' ? [`${record.vote.kind} ${record.vote.view}`] : []));
const tracesOf = (effects: readonly Effect<Count>[], event: string) =>
  effects
    .filter((effect): effect is Of<'trace'> => effect.type === 'trace' && effect.event === event)
    .map(({ value }) => value);
const timersSet = (effects: readonly Effect<Count>[]) =>
  effects.filter((effect): effect is Of<'set-timer'> => effect.type === 'set-timer').map(({ timer }) => timer);

describe('a voter', () => {
  test('stores the block and its vote, and sends the vote to all', () => {
    const bench = new Bench();
    const block = bench.block(1, 1, ['a']);
    const effects = bench.propose(block);
    expect(votesIn(effects)).toEqual(['notarize 1']);
    expect(effects).toContainEqual({ type: 'persist', record: { type: 'block', block } });
    expect(effects.some((effect) => effect.type === 'broadcast' && effect.message.type === 'vote')).toBe(true);
  });

  test('votes once: neither the same proposal again nor another one of that view moves it', () => {
    const bench = new Bench();
    bench.propose(bench.block(1, 1, ['a']));
    expect(votesIn(bench.propose(bench.block(1, 1, ['a'])))).toEqual([]);
    expect(votesIn(bench.propose(bench.block(1, 1, ['b'])))).toEqual([]);
  });

  test('does not vote for a block after it gave the view up', () => {
    const bench = new Bench();
    bench.take({ type: 'submit', request: Uint8Array.of(1) });
    expect(votesIn(bench.take({ type: 'timer', timer: 'view' }))).toEqual(['nullify 1']);
    expect(votesIn(bench.propose(bench.block(1, 1, ['a'])))).toEqual([]);
  });

  test('does not finalize a view that it gave up, nor one that a quorum did', () => {
    const gaveUp = new Bench();
    gaveUp.take({ type: 'submit', request: Uint8Array.of(1) });
    gaveUp.take({ type: 'timer', timer: 'view' });
    const block = gaveUp.block(1, 1, ['a']);
    const notarized = gaveUp.certificate('notarize', 1, block.digest);
    expect(votesIn(gaveUp.hear(1, { type: 'certificates', certificates: [notarized] }))).toEqual([]);

    const bench = new Bench();
    const certificates = [bench.certificate('nullify', 1), bench.certificate('notarize', 1, block.digest)];
    expect(votesIn(bench.hear(1, { type: 'certificates', certificates }))).toEqual([]);
  });

  test.each([
    ['of a node that does not lead the view', (bench: Bench) => bench.block(1, 2, ['a'])],
    [
      'with another state than its execution gives',
      (bench: Bench) => bench.block(1, 1, ['a'], { stateRoot: noDigest }),
    ],
    [
      'with other results than its execution gives',
      (bench: Bench) => bench.block(1, 1, ['a'], { resultsRoot: noDigest }),
    ],
    ['at a height that its parent does not lead to', (bench: Bench) => bench.block(1, 1, ['a'], { height: 2 })],
    ['with the same request twice', (bench: Bench) => bench.block(1, 1, ['a', 'a'])],
    ['with a request that is not admitted', (bench: Bench) => bench.block(1, 1, [''])],
    ['with a request larger than the limit', (bench: Bench) => bench.block(1, 1, ['a request of more bytes'])],
    ['with more requests than the limit', (bench: Bench) => bench.block(1, 1, ['a', 'b', 'c', 'd'])],
    [
      'whose parent nobody certified',
      (bench: Bench) => bench.block(1, 1, ['a'], { parent: new Uint8Array(32).fill(1) }),
    ],
  ])('refuses a block %s', (_what, make) => {
    const bench = new Bench();
    expect(votesIn(bench.propose(make(bench)))).toEqual([]);
  });

  test('wants every view between a block and its parent to be given up by a quorum', () => {
    const bench = new Bench();
    const two = bench.certificate('nullify', 2);
    const block = bench.block(3, 3, ['a']);
    expect(votesIn(bench.propose(block, [two]))).toEqual([]);
    expect(votesIn(bench.hear(2, { type: 'certificates', certificates: [bench.certificate('nullify', 1)] }))).toEqual([
      'notarize 3',
    ]);
  });

  test('takes nothing from a justification with a forged certificate in it', () => {
    const bench = new Bench();
    const forged = { ...bench.certificate('nullify', 2), view: 1 };
    const effects = bench.propose(bench.block(2, 2, ['a']), [forged]);
    expect(votesIn(effects)).toEqual([]);
    expect(tracesOf(effects, 'bad-message')).toEqual([{ from: 2, reason: 'a forged nullify certificate of view 1' }]);
    expect(bench.core.view).toBe(1);
  });
});

describe('votes', () => {
  test('of a quorum certify, and only the voter itself can cast one', () => {
    const bench = new Bench();
    bench.hear(1, { type: 'vote', vote: bench.vote(1, 'nullify', 1) });
    const relayed = bench.hear(2, { type: 'vote', vote: bench.vote(3, 'nullify', 1) });
    expect(tracesOf(relayed, 'bad-message')).toHaveLength(1);
    expect(bench.core.view).toBe(1);
    // More than f gave the view up, so this node does too, and that makes the quorum.
    const effects = bench.hear(2, { type: 'vote', vote: bench.vote(2, 'nullify', 1) });
    expect(votesIn(effects)).toEqual(['nullify 1']);
    expect(bench.core.view).toBe(2);
  });

  test('that contradict each other are evidence with both', () => {
    const bench = new Bench();
    const [one, other] = [bench.block(1, 1, ['a']), bench.block(1, 1, ['b'])];
    bench.hear(2, { type: 'vote', vote: bench.vote(2, 'notarize', 1, one.digest) });
    const effects = bench.hear(2, { type: 'vote', vote: bench.vote(2, 'notarize', 1, other.digest) });
    const digests = [one, other].map(({ digest }) => hex(digest));
    expect(tracesOf(effects, 'evidence')).toEqual([{ kind: 'notarize', view: 1, accused: 2, digests }]);
  });

  test('with bad shares spoil no certificate, and cost their sender its say in that view', () => {
    const bench = new Bench();
    const good = bench.vote(1, 'nullify', 1);
    const bad = { ...good, share: { index: 1, signature: good.share.signature.toReversed() } };
    bench.hear(1, { type: 'vote', vote: bad });
    const effects = bench.hear(2, { type: 'vote', vote: bench.vote(2, 'nullify', 1) });
    expect(tracesOf(effects, 'bad-message')).toEqual([{ from: 1, reason: 'a bad share in view 1' }]);
    bench.hear(1, { type: 'vote', vote: good });
    expect(bench.core.view).toBe(1);
    bench.hear(3, { type: 'vote', vote: bench.vote(3, 'nullify', 1) });
    expect(bench.core.view).toBe(2);
  });

  test('far ahead of the current view are not kept', () => {
    const bench = new Bench();
    for (let view = 2; view < 1_000; view += 1) {
      bench.hear(1, { type: 'vote', vote: bench.vote(1, 'nullify', view) });
    }
    expect(bench.core.rounds.size).toBeLessThan(20);
  });
});

describe('patience', () => {
  test('is not spent while there is nothing to do', () => {
    const bench = new Bench();
    expect(timersSet(bench.take({ type: 'disconnected', peer: 1 }))).toEqual([]);
    expect(timersSet(bench.take({ type: 'submit', request: Uint8Array.of(1) }))).toContain('resend');
  });

  test('ends at once with a leader whose link is down while requests wait', () => {
    const bench = new Bench();
    bench.take({ type: 'submit', request: Uint8Array.of(1) });
    expect(votesIn(bench.take({ type: 'disconnected', peer: 1 }))).toEqual(['nullify 1']);
  });

  test('is kept with a leader whose proposal came before its link went down', () => {
    const bench = new Bench();
    bench.take({ type: 'submit', request: Uint8Array.of(1) });
    bench.propose(bench.block(1, 1, ['a']));
    expect(votesIn(bench.take({ type: 'disconnected', peer: 1 }))).toEqual([]);
  });

  test('doubles up to its bound with each view that times out, and shrinks back with each that succeeds', () => {
    const bench = new Bench();
    bench.take({ type: 'submit', request: Uint8Array.of(1) });
    const patience: number[] = [];
    for (let view = 1; view <= 5; view += 1) {
      bench.take({ type: 'timer', timer: 'view' });
      bench.hear(1, { type: 'certificates', certificates: [bench.certificate('nullify', view)] });
      patience.push(bench.core.patienceMs);
    }
    expect(patience).toEqual([200, 400, 800, 800, 800]);
    const certificate = bench.certificate('notarize', 6, new Uint8Array(32).fill(1));
    bench.hear(1, { type: 'certificates', certificates: [certificate] });
    expect(bench.core.patienceMs).toBe(400);
  });
});

test('a finalized block on another chain than the last one stops the node for good', () => {
  const bench = new Bench();
  const [one, other] = [bench.block(1, 1, ['a']), bench.block(2, 2, ['b'])];
  bench.propose(one);
  bench.hear(1, { type: 'certificates', certificates: [bench.certificate('finalize', 1, one.digest)] });
  expect(bench.core.head.sealed.key).toBe(one.key);
  bench.hear(1, { type: 'certificates', certificates: [bench.certificate('finalize', 2, other.digest)] });
  const effects = bench.hear(1, { type: 'blocks', blocks: [other] });
  expect(tracesOf(effects, 'halted')).toHaveLength(1);
  expect(bench.hear(1, { type: 'submit', requests: [Uint8Array.of(1)] })).toEqual([]);
});
