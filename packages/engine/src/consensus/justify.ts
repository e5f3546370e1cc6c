import type { BlockHeader } from './block.ts';
import type { Certificate } from './certificate.ts';
import type { HeldBlock } from './chain.ts';
import { hex, sameDigest } from './digest.ts';
import { greatestCertificates } from './messages.ts';
import type { Core } from './state.ts';

/** What this node knows for a block's place: its parent certified, and every view between given up by a quorum. */
export function justification<State>(
  core: Core<State>,
  header: Pick<BlockHeader, 'view' | 'parent' | 'parentView'>,
): { parentCertified: boolean; gapNullified: boolean } {
  let gapNullified = true;
  for (let view = header.view - 1; view > header.parentView && gapNullified; view -= 1) {
    gapNullified = (core.rounds.get(view)?.certificates.nullify ?? null) !== null;
  }
  return { parentCertified: isCertified(core, header), gapNullified };
}

function isCertified<State>(
  core: Core<State>,
  { parent, parentView }: Pick<BlockHeader, 'parent' | 'parentView'>,
): boolean {
  const head = core.head.sealed;
  if (parentView <= head.header.view) {
    return parentView === head.header.view && sameDigest(parent, head.digest);
  }
  const certificate = blockCertificate(core, parentView);
  return certificate !== null && sameDigest(parent, certificate.digest);
}

/** The certificate that makes a view's block one to build on. */
export function blockCertificate<State>(core: Core<State>, view: number): Certificate | null {
  const certificates = core.rounds.get(view)?.certificates;
  return certificates?.notarize ?? certificates?.finalize ?? null;
}

/** A block to build on, or the certificate of one that has to be fetched first, or null: certificates are missing. */
export type Parent<State> = { readonly block: HeldBlock<State> } | { readonly fetch: Certificate } | null;

/** The highest notarized block that is held, below which no view is open. */
export function parentFor<State>(core: Core<State>): Parent<State> {
  const head = core.head.sealed.header.view;
  for (let view = core.view - 1; view > head; view -= 1) {
    const certificate = blockCertificate(core, view);
    if (certificate !== null) {
      const block = core.chain.get(hex(certificate.digest));
      if (block !== undefined) {
        return { block };
      }
    }
    if ((core.rounds.get(view)?.certificates.nullify ?? null) === null) {
      return certificate === null ? null : { fetch: certificate };
    }
  }
  return { block: core.head };
}

/** Certificates from a view downwards to the first block to build on: what allows a block after that view. */
export function certificatesDownFrom<State>(core: Core<State>, top: number, bottom: number): Certificate[] {
  const found: Certificate[] = [];
  const lowest = Math.max(bottom, core.head.sealed.header.view + 1);
  for (let view = top; view >= lowest && found.length < greatestCertificates; view -= 1) {
    const block = blockCertificate(core, view);
    const nullify = core.rounds.get(view)?.certificates.nullify ?? null;
    if (nullify !== null) {
      found.push(nullify);
    }
    if (block !== null) {
      found.push(block);
      break;
    }
  }
  return found;
}

/** Certificates that show why a block may follow this parent in this view. */
export function justifyParent<State>(core: Core<State>, parent: HeldBlock<State>, view: number): Certificate[] {
  const { header, key } = parent.sealed;
  const found: Certificate[] = [];
  for (let between = view - 1; between > header.view && found.length < greatestCertificates; between -= 1) {
    const nullify = core.rounds.get(between)?.certificates.nullify ?? null;
    if (nullify !== null) {
      found.push(nullify);
    }
  }
  const certificate = key === core.head.sealed.key ? core.headCertificate : blockCertificate(core, header.view);
  if (certificate !== null) {
    found.push(certificate);
  }
  return found;
}

/** The highest view before the current one of which no certificate is known and no later block makes up for it; or 0. */
export function lackingView<State>(core: Core<State>): number {
  const head = core.head.sealed.header.view;
  for (let view = core.view - 1; view > head; view -= 1) {
    if (blockCertificate(core, view) !== null) {
      return 0;
    }
    if ((core.rounds.get(view)?.certificates.nullify ?? null) === null) {
      return view;
    }
  }
  return 0;
}
