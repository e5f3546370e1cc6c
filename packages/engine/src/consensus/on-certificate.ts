import type { NodeIndex } from '@qflow/ports';
import type { Certificate } from './certificate.ts';
import { hex } from './digest.ts';
import { type Core, roundOf } from './state.ts';
import { statementBytes } from './statement.ts';
import { badMessage, trace } from './trace.ts';

/** Certificates prove themselves, whoever sends them and however far ahead they are. False for a forged one. */
export function onCertificate<State>(core: Core<State>, from: NodeIndex, certificate: Certificate): boolean {
  if (certificate.view <= core.head.sealed.header.view || isKnown(core, certificate)) {
    return true;
  }
  const message = statementBytes(core.configuration, certificate);
  if (!core.crypto.verify('quorum', message, certificate.proof)) {
    badMessage(core, from, `a forged ${certificate.kind} certificate of view ${certificate.view}`);
    return false;
  }
  recordCertificate(core, certificate, from);
  return true;
}

const isKnown = <State>(core: Core<State>, { view, kind }: Certificate): boolean =>
  (core.rounds.get(view)?.certificates[kind] ?? null) !== null;

/** Takes a certificate as true: it was combined here, verified, or read back. */
export function recordCertificate<State>(core: Core<State>, certificate: Certificate, from: NodeIndex): void {
  const { kind, view } = certificate;
  roundOf(core, view).certificates[kind] = certificate;
  core.changed = true;
  core.effects.push({ type: 'persist', record: { type: 'certificate', certificate } });
  trace(core, 'certificate', { kind, view, digest: hex(certificate.digest) });

  relay(core, certificate);

  core.reached = Math.max(core.reached, view + 1);
  switch (kind) {
    case 'notarize':
      if (view > (core.notarized?.view ?? 0)) {
        core.notarized = certificate;
      }
      core.newlyNotarized.push(view);
      break;
    case 'nullify':
      if (view > (core.nullified?.view ?? 0)) {
        core.nullified = certificate;
      }
      break;
    case 'finalize':
      if (view > (core.decided?.view ?? 0)) {
        core.decided = certificate;
        core.decidedBy = from;
      }
      break;
  }
}

/**
 * The paper has every node pass every certificate on. With all links up the votes themselves reach everyone, so this
 * node does it only while it misses a link: others may miss one, too, and hear of a quorum through it alone.
 */
function relay<State>(core: Core<State>, certificate: Certificate): void {
  if (core.connected.size < core.configuration.validators - 1) {
    const message = { type: 'certificates', certificates: [certificate] } as const;
    core.effects.push({ type: 'broadcast', message });
  }
}
