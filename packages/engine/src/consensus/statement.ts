import type { Digest } from '@qflow/ports';
import { encode } from '../codec/codec.ts';
import { struct } from '../codec/composites.ts';
import { fixedBytes, text, uint } from '../codec/scalars.ts';
import type { VoteKind } from './certificate.ts';

const kindNumbers: Readonly<Record<VoteKind, number>> = { notarize: 1, nullify: 2, finalize: 3 };

const statement = struct({
  purpose: text({ atMost: 32 }),
  cluster: text({ atMost: 256 }),
  epoch: uint(),
  kind: uint(3),
  view: uint(),
  digest: fixedBytes(32),
});

/** The bytes that a vote's share signs and a certificate's proof proves. Nothing signed here means anything elsewhere. */
export function statementBytes(
  place: { readonly cluster: string; readonly epoch: number },
  said: { readonly kind: VoteKind; readonly view: number; readonly digest: Digest },
): Uint8Array {
  return encode(statement, {
    purpose: 'qflow consensus vote',
    cluster: place.cluster,
    epoch: place.epoch,
    kind: kindNumbers[said.kind],
    view: said.view,
    digest: said.digest,
  });
}
