import { isIPv4 } from 'node:net';
import { defaultLimits, defaultTiming } from '@qflow/engine';
import { z } from 'zod';
import { thresholds } from '../crypto/deal-keys.ts';

/** The configuration file of one node: JSON of exactly this shape. */
export type NodeConfiguration = z.infer<typeof nodeConfiguration>;

/** An IPv4 address and a port; port 0 lets the system choose, and the node reports what it chose. */
export type Address = z.infer<typeof address>;

export const wholeNumber = (least: number, most: number) => z.int().min(least).max(most);
const milliseconds = (least: number) => wholeNumber(least, 3_600_000);
const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes in lower-case hex`);

const host = z.string().refine(isIPv4, 'must be an IPv4 address, such as 127.0.0.1');
const address = z.strictObject({ host: host.default('127.0.0.1'), port: wholeNumber(0, 65_535) });

export const groupPublicKey = z.strictObject({
  threshold: wholeNumber(1, 16),
  group: hex(48),
  shares: z.array(hex(48)).min(1).max(16).readonly(),
});

export const clusterName = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 characters of [A-Za-z0-9_.-]');
export const epoch = wholeNumber(0, 2 ** 32 - 1);
export const peerId = z
  .string()
  .regex(/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/, 'must be the peer id of an Ed25519 key: 12D3KooW…');

const peer = z.strictObject({
  index: wholeNumber(0, 15),
  peerId,
  /** Where to dial it. Only the lower index of a pair dials, so lower peers need none. */
  address: z.strictObject({ host, port: wholeNumber(1, 65_535) }).optional(),
});

const timing = z.strictObject({
  viewTimeoutMs: milliseconds(10).default(defaultTiming.viewTimeoutMs),
  greatestViewTimeoutMs: milliseconds(10).default(defaultTiming.greatestViewTimeoutMs),
  blockIntervalMs: milliseconds(0).default(defaultTiming.blockIntervalMs),
  resendMs: milliseconds(10).default(defaultTiming.resendMs),
});

const limits = z.strictObject({
  pendingRequests: wholeNumber(1, 1_000_000).default(defaultLimits.pendingRequests),
  requestsPerBlock: wholeNumber(1, 100_000).default(defaultLimits.requestsPerBlock),
  requestBytes: wholeNumber(256, 16 * 1024 * 1024).default(defaultLimits.requestBytes),
  expiryViews: wholeNumber(1, 1_000_000_000).default(defaultLimits.expiryViews),
});

const api = z.strictObject({
  ...address.shape,
  port: address.shape.port.default(0),
  /** After this long without an answer the client hears that nobody can tell yet. */
  requestTimeoutMs: milliseconds(1).default(10_000),
  greatestConnections: wholeNumber(1, 65_535).default(1_000),
});

const failureDetection = z.strictObject({
  /** How often each link is asked for a sign of life. */
  pingIntervalMs: milliseconds(50).default(1_000),
  /** How long the sign may take before the link is closed. A silent peer is noticed within the sum of both. */
  pingTimeoutMs: milliseconds(50).default(2_000),
});

export const nodeConfiguration = z
  .strictObject({
    cluster: clusterName,
    epoch: epoch.default(0),
    validators: wholeNumber(1, 16),
    self: wholeNumber(0, 15),
    /** Where the logs are. Relative paths start at the configuration file's directory. */
    dataDirectory: z.string().min(1),
    /** Where the node's events are appended, one JSON object a line. */
    eventsFile: z.string().min(1),
    /** Seed of the Ed25519 key that proves who this node is to its peers. */
    identitySeed: hex(32),
    keys: z.strictObject({
      cluster: z.strictObject({ quorum: groupPublicKey, result: groupPublicKey }),
      secret: z.strictObject({ quorum: hex(32), result: hex(32) }),
    }),
    p2p: address.prefault({ port: 0 }),
    /** Every other validator. */
    peers: z.array(peer).max(15),
    api: api.prefault({}),
    timing: timing.prefault({}),
    limits: limits.prefault({}),
    failureDetection: failureDetection.prefault({}),
    /** With a token, the API also takes commands of an experiment from this machine. */
    control: z.strictObject({ token: z.string().min(16).max(256) }).optional(),
  })
  .superRefine((configuration, context) => {
    for (const [path, message] of contradictions(configuration)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

interface Parts {
  readonly validators: number;
  readonly self: number;
  readonly keys: { readonly cluster: Record<'quorum' | 'result', z.infer<typeof groupPublicKey>> };
  readonly peers: readonly z.infer<typeof peer>[];
  readonly timing: z.infer<typeof timing>;
}

function* contradictions({ validators, self, keys, peers, timing }: Parts): Generator<[(string | number)[], string]> {
  if (self >= validators) {
    yield [['self'], `must be below validators, ${validators}`];
  }
  const needed = thresholds(validators);
  for (const key of ['quorum', 'result'] as const) {
    if (keys.cluster[key].threshold !== needed[key]) {
      yield [['keys', 'cluster', key, 'threshold'], `must be ${needed[key]} for ${validators} validators`];
    }
    if (keys.cluster[key].shares.length !== validators) {
      yield [['keys', 'cluster', key, 'shares'], `must hold one key for each of ${validators} validators`];
    }
  }
  const seen = new Set([self]);
  for (const [place, { index, address }] of peers.entries()) {
    if (seen.has(index) || index >= validators) {
      yield [['peers', place, 'index'], index === self ? 'is this node itself' : 'is given twice, or is no validator'];
    }
    seen.add(index);
    if (index > self && address === undefined) {
      yield [['peers', place, 'address'], 'is needed: the lower index of a pair dials'];
    }
  }
  if (peers.length !== validators - 1) {
    yield [['peers'], `must name each of the ${validators - 1} other validators`];
  }
  if (new Set(peers.map((peer) => peer.peerId)).size !== peers.length) {
    yield [['peers'], 'must not give one peer id twice'];
  }
  if (timing.greatestViewTimeoutMs < timing.viewTimeoutMs) {
    yield [['timing', 'greatestViewTimeoutMs'], `must be at least viewTimeoutMs, ${timing.viewTimeoutMs}`];
  }
}
