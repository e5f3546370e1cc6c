import type { Digest } from '@qflow/ports';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { list, struct } from '../codec/composites.ts';
import { Malformed } from '../codec/malformed.ts';
import { fixedBytes, uint } from '../codec/scalars.ts';
import { domain, type Hash, hashOf } from '../merkle/domain.ts';
import { digestOf, get, type MerkleMap, set, values } from '../merkle/map.ts';
import type { Tree } from '../merkle/tree.ts';
import { addExpiry, type Expiries } from './expiries.ts';
import type { Result } from './request.ts';
import { clientCodec, keyCodec, resultCodec, valueCodec } from './request-codec.ts';

/** What all nodes hold alike after a block. A value: executing a block makes another. */
export interface LedgerState {
  readonly registers: MerkleMap<Register>;
  /** What each request that may still be repeated came to. */
  readonly answers: MerkleMap<Remembered>;
  /** The same answers by expiry. Follows from `answers`, so the state root leaves it out. */
  readonly expiries: Expiries;
  /** What the requests of the block that made this state came to. No part of the state root: the results root has it. */
  readonly block: BlockResults;
}

/** A key that was written at least once. */
export interface Register {
  readonly key: string;
  readonly value: string | null;
  readonly version: number;
}

export interface Remembered {
  readonly client: string;
  readonly sequence: number;
  readonly expiresAfterView: number;
  /** Of the request that was carried out: a later one of the same name may ask for something else. */
  readonly request: Digest;
  readonly result: Result;
}

/** Both in the order of the block's requests; a malformed request has no result. */
export interface BlockResults {
  readonly results: readonly (Result | null)[];
  /** Whose root is the results root. */
  readonly tree: Tree;
}

const registerCodec: Codec<Register> = struct({ key: keyCodec, value: valueCodec, version: uint() });
const rememberedCodec: Codec<Remembered> = struct({
  client: clientCodec,
  sequence: uint(),
  expiresAfterView: uint(),
  request: fixedBytes(32),
  result: resultCodec,
});
const requestNameCodec = struct({ client: clientCodec, sequence: uint() });

const encodeRegister = (register: Register): Uint8Array => encode(registerCodec, register);
const encodeRemembered = (remembered: Remembered): Uint8Array => encode(rememberedCodec, remembered);

export const emptyState: LedgerState = {
  registers: null,
  answers: null,
  expiries: null,
  block: { results: [], tree: { levels: [], fillers: [] } },
};

export const registerPath = (hash: Hash, key: string): Digest => hash(encode(keyCodec, key));
export const requestPath = (hash: Hash, name: { readonly client: string; readonly sequence: number }): Digest =>
  hash(encode(requestNameCodec, name));

/** What a request came to, if it did and has not expired. */
export const lookUp = (
  hash: Hash,
  state: LedgerState,
  name: { readonly client: string; readonly sequence: number },
): Remembered | undefined => get(state.answers, requestPath(hash, name));

/** Stands for the registers and the table of answers. Costs hashes only for what is new since an earlier root. */
export const stateRoot = (hash: Hash, state: LedgerState): Digest =>
  hashOf(
    hash,
    domain.state,
    digestOf(hash, encodeRegister, state.registers),
    digestOf(hash, encodeRemembered, state.answers),
  );

const greatestEntries = 2 ** 32;
const stateCodec = struct({
  registers: list(registerCodec, { atMost: greatestEntries }),
  answers: list(rememberedCodec, { atMost: greatestEntries }),
});

/** The one encoding of a state, both lists in the order of their paths. The results of the last block are left out. */
export const encodeState = (state: LedgerState): Uint8Array =>
  encode(stateCodec, { registers: [...values(state.registers)], answers: [...values(state.answers)] });

/** @throws Malformed. Sound bytes may still be another state's: compare the `stateRoot` with a certified one. */
export function decodeState(hash: Hash, bytes: Uint8Array): LedgerState {
  const { registers, answers } = decode(stateCodec, bytes);
  const registersByPath = restore(registers, 'registers', (register) => registerPath(hash, register.key));
  const answersByPath = restore(answers, 'answers', (remembered) => requestPath(hash, remembered));
  let expiries: Expiries = null;
  for (const remembered of answers) {
    expiries = addExpiry(expiries, remembered.expiresAfterView, requestPath(hash, remembered));
  }
  return { ...emptyState, registers: registersByPath, answers: answersByPath, expiries };
}

function restore<Value>(entries: readonly Value[], name: string, pathOf: (entry: Value) => Digest): MerkleMap<Value> {
  let map: MerkleMap<Value> = null;
  let last: Digest | null = null;
  entries.forEach((entry, index) => {
    const path = pathOf(entry);
    if (last !== null && !isBefore(last, path)) {
      throw new Malformed(`${name}[${index}]`, 'is not in its place: entries are sorted by their paths');
    }
    last = path;
    map = set(map, path, entry);
  });
  return map;
}

function isBefore(one: Digest, other: Digest): boolean {
  const differing = one.findIndex((byte, index) => byte !== other[index]);
  return differing >= 0 && (one[differing] as number) < (other[differing] as number);
}
