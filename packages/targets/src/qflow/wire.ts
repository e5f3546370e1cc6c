import type { AnswerProof, Request, Result } from '@qflow/engine';

/** The way to the nodes: HTTP to processes, or a simulated connection. */
export interface Wire {
  readonly nodes: number;
  /** Asks one node. Never rejects; may stay open for ever, so whoever asks gives up by `signal`. */
  ask(node: number, request: Request, signal: AbortSignal): Promise<Reply>;
  /** Calls `action` once after `delayMs`, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void;
}

export type Reply =
  | { readonly kind: 'answer'; readonly result: Result; readonly proof: AnswerProof }
  /** This asking surely did not make the request happen. `forGood`: nor will any other of the same identity. */
  | { readonly kind: 'refused'; readonly reason: string; readonly forGood: boolean }
  /** The request may happen yet. */
  | { readonly kind: 'unknown'; readonly reason: string };
