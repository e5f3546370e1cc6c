import type { Digest, NodeIndex } from '@qflow/ports';
import type { Codec } from '../codec/codec.ts';
import { list, optional, struct, union } from '../codec/composites.ts';
import { Malformed } from '../codec/malformed.ts';
import { bytes, fixedBytes, uint } from '../codec/scalars.ts';
import type { Certificate, VoteKind } from './certificate.ts';
import { greatestBlockBytes, type SealedBlock, sealedBlockCodec } from './sealed-block.ts';
import type { Vote } from './vote.ts';

/** A leader's block, its own notarize vote for it, and the certificates that show why the block may follow its parent. */
export interface Propose {
  readonly type: 'propose';
  readonly block: SealedBlock;
  readonly vote: Vote;
  readonly justify: readonly Certificate[];
}

/** Where a node stands. Sent on every connection and while progress stalls. */
export interface Status {
  readonly type: 'status';
  /** Other than 0: the peer has to say where it stands. */
  readonly question: number;
  /** The question that this answers; 0 when it is said unasked. */
  readonly answers: number;
  readonly finalized: Certificate | null;
  readonly notarized: Certificate | null;
  readonly nullified: Certificate | null;
  /** The highest view before its own of which it holds no certificate; 0 when it could justify a block. */
  readonly lacking: number;
  /** Its own votes that may still matter. */
  readonly votes: readonly Vote[];
}

export type Message =
  | Propose
  | Status
  | { readonly type: 'vote'; readonly vote: Vote }
  | { readonly type: 'certificates'; readonly certificates: readonly Certificate[] }
  /** Asks for the block of this digest and its ancestors above a height, newest first. */
  | { readonly type: 'want'; readonly digest: Digest; readonly aboveHeight: number }
  | { readonly type: 'blocks'; readonly blocks: readonly SealedBlock[] }
  | { readonly type: 'submit'; readonly requests: readonly Uint8Array[] };

/** How many views a justification or an answer may span in one message. */
export const greatestCertificates = 4096;
/** How many of its own votes a status may carry. */
export const greatestVotes = 64;
export const blocksPerMessage = 256;
/** Blocks of one answer stop after these bytes. */
export const blocksMessageBytes = 512 * 1024;
/** No message of a sound node is larger. */
export const greatestMessageBytes = 4 * greatestBlockBytes;

const voteKinds: readonly VoteKind[] = ['notarize', 'nullify', 'finalize'];

const voteKind: Codec<VoteKind> = {
  write: (writer, kind) => writer.byte(voteKinds.indexOf(kind) + 1),
  read(reader) {
    const kind = voteKinds[reader.byte() - 1];
    if (kind === undefined) {
      throw new Malformed('', 'is no kind of vote');
    }
    return kind;
  },
};

const nodeIndex: Codec<NodeIndex> = uint(15);

export const voteCodec: Codec<Vote> = struct({
  kind: voteKind,
  view: uint(),
  digest: fixedBytes(32),
  share: struct({ index: nodeIndex, signature: bytes({ atMost: 256 }) }),
});

export const certificateCodec: Codec<Certificate> = struct({
  kind: voteKind,
  view: uint(),
  digest: fixedBytes(32),
  proof: bytes({ atMost: 256 }),
});

/** The format of everything that nodes say to each other. Numbers of variants are for good. */
export function messageCodec(hash: (bytes: Uint8Array) => Digest): Codec<Message> {
  const block = sealedBlockCodec(hash);
  const certificates = list(certificateCodec, { atMost: greatestCertificates + 8 });
  return union('type', {
    propose: [1, struct({ block, vote: voteCodec, justify: certificates })],
    vote: [2, struct({ vote: voteCodec })],
    certificates: [3, struct({ certificates })],
    status: [
      4,
      struct({
        question: uint(),
        answers: uint(),
        finalized: optional(certificateCodec),
        notarized: optional(certificateCodec),
        nullified: optional(certificateCodec),
        lacking: uint(),
        votes: list(voteCodec, { atMost: greatestVotes }),
      }),
    ],
    want: [5, struct({ digest: fixedBytes(32), aboveHeight: uint() })],
    blocks: [6, struct({ blocks: list(block, { atMost: blocksPerMessage }) })],
    submit: [7, struct({ requests: list(bytes({ atMost: 1024 * 1024 }), { atMost: 1024 }) })],
  });
}
