import { SecretKey } from '@chainsafe/blst';
import type { GroupKey } from '@qflow/ports';
import { lagrangeScale } from './lagrange.ts';
import { modulo, scalarFromBytes, scalarToBytes } from './scalar.ts';

/** What anyone may know of one group key. Compressed points of G1, 48 bytes, in lower-case hex. */
interface GroupPublicKey {
  /** Shares needed for a signature. */
  readonly threshold: number;
  /** D·s·G, see `lagrange.ts`. */
  readonly group: string;
  /** One for each validator, in order. */
  readonly shares: readonly string[];
}

export type ClusterKeys = Readonly<Record<GroupKey, GroupPublicKey>>;

/** One validator's secret part of each group key: 32 bytes in lower-case hex. */
export type SecretShares = Readonly<Record<GroupKey, string>>;

export interface DealtKeys {
  readonly cluster: ClusterKeys;
  /** One for each validator, in order. */
  readonly secrets: readonly SecretShares[];
}

/** Greatest number of malicious validators that n withstand. */
const tolerated = (validators: number): number => Math.floor((validators - 1) / 3);

export const thresholds = (validators: number): Record<GroupKey, number> => ({
  quorum: validators - tolerated(validators),
  result: tolerated(validators) + 1,
});

/**
 * Deals both group keys as one trusted dealer (Shamir, *How to Share a Secret*, 1979). `derive` gives 48 bytes for a
 * name, secret and each name's own; the dealer keeps nothing.
 */
export function dealKeys(validators: number, derive: (name: string) => Uint8Array): DealtKeys {
  const needed = thresholds(validators);
  const quorum = deal(validators, needed.quorum, (power) => derive(`quorum ${power}`));
  const result = deal(validators, needed.result, (power) => derive(`result ${power}`));
  return {
    cluster: { quorum: quorum.public, result: result.public },
    secrets: quorum.secrets.map((secret, index) => ({ quorum: secret, result: result.secrets[index]! })),
  };
}

function deal(validators: number, threshold: number, coefficient: (power: number) => Uint8Array) {
  // 48 bytes modulo a number of 255 bits: the bias is below 2^-128.
  const polynomial = Array.from({ length: threshold }, (_, power) => modulo(scalarFromBytes(coefficient(power))));
  const shares = Array.from({ length: validators }, (_, index) => evaluate(polynomial, BigInt(index + 1)));
  return {
    public: {
      threshold,
      group: publicKey(modulo(lagrangeScale(validators) * polynomial[0]!)),
      shares: shares.map(publicKey),
    },
    secrets: shares.map((share) => Buffer.from(scalarToBytes(share)).toString('hex')),
  };
}

function evaluate(polynomial: readonly bigint[], point: bigint): bigint {
  return polynomial.reduceRight((sum, coefficient) => modulo(sum * point + coefficient), 0n);
}

const publicKey = (scalar: bigint): string =>
  SecretKey.fromBytes(scalarToBytes(scalar)).toPublicKey().toHex().replace(/^0x/, '');
