import { type AnswerProof, type Request, type Result, verifyAnswer } from '@qflow/engine';
import type { GroupKey, Verifier } from '@qflow/ports';

/** Whose signatures count: those of this cluster in this generation. */
export interface Place {
  readonly cluster: string;
  readonly epoch: number;
}

/** Why an answer is forged, or null when a quorum of the cluster stands behind it. */
export type AnswerCheck = (request: Request, result: Result, proof: AnswerProof) => string | null;

export function answerCheck(verifier: Verifier, place: Place): AnswerCheck {
  const remembering = rememberingVerifier(verifier);
  return (request, result, proof) => {
    const verified = verifyAnswer(remembering, place, request, result, proof);
    return verified.valid ? null : verified.reason;
  };
}

/** How many certificates are remembered: those of some seconds. */
const remembered = 1_000;

/** All answers of a block share one certificate, and checking it is by far the dearest part: it is done once. */
function rememberingVerifier(verifier: Verifier): Verifier {
  const valid = new Set<string>();
  return {
    hash: (bytes) => verifier.hash(bytes),
    verify(key: GroupKey, message, proof) {
      const name = `${key} ${latin1(message)} ${latin1(proof)}`;
      if (valid.has(name)) {
        return true;
      }
      if (!verifier.verify(key, message, proof)) {
        return false;
      }
      valid.add(name);
      if (valid.size > remembered) {
        // The oldest: a set keeps the order of adding.
        for (const oldest of valid) {
          valid.delete(oldest);
          break;
        }
      }
      return true;
    },
  };
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
