import type { Digest } from '@qflow/ports';
import { type Codec, decode, encode } from '../codec/codec.ts';
import { list, struct } from '../codec/composites.ts';
import { Malformed } from '../codec/malformed.ts';
import { bytes, fixedBytes, uint } from '../codec/scalars.ts';
import type { Block, BlockHeader } from './block.ts';
import { hex, noDigest, sameDigest } from './digest.ts';

/** A block with its digest and its one encoding, made once and sent, stored and compared ever after. */
export interface SealedBlock {
  readonly block: Block;
  readonly header: BlockHeader;
  readonly digest: Digest;
  /** The digest in hex. */
  readonly key: string;
  readonly parentKey: string;
  readonly bytes: Uint8Array;
}

/** What a leader puts into one block at most, in bytes of requests; a single larger request still gets a block of its own. */
export const blockRequestBytes = 1024 * 1024;
const greatestRequestBytes = 1024 * 1024;
const greatestRequests = 65_536;
/** More than any block that a sound leader makes. */
export const greatestBlockBytes = blockRequestBytes + greatestRequestBytes + 8 * greatestRequests;

const headerCodec: Codec<BlockHeader> = struct({
  view: uint(),
  parent: fixedBytes(32),
  parentView: uint(),
  height: uint(),
  proposer: uint(15),
  requestsRoot: fixedBytes(32),
  stateRoot: fixedBytes(32),
  resultsRoot: fixedBytes(32),
});
const requestsCodec = list(bytes({ atMost: greatestRequestBytes }), { atMost: greatestRequests });
const blockCodec = struct({ header: headerCodec, requests: requestsCodec });

type Hash = (bytes: Uint8Array) => Digest;

/** The block before the first: nobody proposed it, and it needs no certificate. */
export function genesisBlock(hash: Hash, stateRoot: Digest): SealedBlock {
  const draft = { view: 0, parent: noDigest, parentView: 0, height: 0, proposer: 0, stateRoot, resultsRoot: noDigest };
  return seal(hash, draft, []);
}

/** A header's digest is what certificates name and what the next block calls its parent. */
export const headerDigest = (hash: Hash, header: BlockHeader): Digest => hash(encode(headerCodec, header));

export function seal(
  hash: Hash,
  draft: Omit<BlockHeader, 'requestsRoot'>,
  requests: readonly Uint8Array[],
): SealedBlock {
  const requestBytes = encode(requestsCodec, requests);
  const header: BlockHeader = { ...draft, requestsRoot: hash(requestBytes) };
  const headerBytes = encode(headerCodec, header);
  const whole = new Uint8Array(headerBytes.length + requestBytes.length);
  whole.set(headerBytes);
  whole.set(requestBytes, headerBytes.length);
  return sealed({ header, requests }, hash(headerBytes), whole);
}

/** @throws Malformed unless the bytes are a block whose header names exactly these requests. */
export function unseal(hash: Hash, whole: Uint8Array): SealedBlock {
  const { header, requests } = decode(blockCodec, whole);
  const headerBytes = encode(headerCodec, header);
  if (!sameDigest(hash(whole.subarray(headerBytes.length)), header.requestsRoot)) {
    throw new Malformed('requests', 'are not those that the header names');
  }
  if (header.view <= header.parentView || header.height === 0) {
    throw new Malformed('header', 'does not come after its parent');
  }
  return sealed({ header, requests }, hash(headerBytes), whole);
}

function sealed(block: Block, digest: Digest, whole: Uint8Array): SealedBlock {
  const { header } = block;
  return { block, header, digest, key: hex(digest), parentKey: hex(header.parent), bytes: whole };
}

/** Blocks inside messages and records: length, then the encoding as it is. */
export function sealedBlockCodec(hash: Hash): Codec<SealedBlock> {
  const framed = bytes({ atMost: greatestBlockBytes });
  return {
    write: (writer, sealed) => framed.write(writer, sealed.bytes),
    read: (reader) => unseal(hash, framed.read(reader)),
  };
}
