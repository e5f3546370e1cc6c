/** What a checker says of a history. The worst of several wins: fail, then inconclusive, then pass. */
export type Verdict =
  | { readonly verdict: 'pass'; readonly measured?: readonly Evidence[] }
  | { readonly verdict: 'fail'; readonly reason: string; readonly evidence: readonly Evidence[] }
  | { readonly verdict: 'inconclusive'; readonly reason: string; readonly decided?: DecidedPrefix };

/** A line of the history, or a fact derived from some, that shows the violation. */
export type Evidence = Readonly<Record<string, unknown>>;

/** The part of a history that a checker that gave up had already judged. */
export interface DecidedPrefix {
  /** Events of the history, from its start, up to which the property surely held. */
  readonly events: number;
}

/** `measured`: what the checker found out on the way, such as times to recover. */
export const pass = (measured?: readonly Evidence[]): Verdict =>
  measured === undefined ? { verdict: 'pass' } : { verdict: 'pass', measured };
export const fail = (reason: string, evidence: readonly Evidence[]): Verdict => ({ verdict: 'fail', reason, evidence });
export const inconclusive = (reason: string, decided?: DecidedPrefix): Verdict =>
  decided === undefined ? { verdict: 'inconclusive', reason } : { verdict: 'inconclusive', reason, decided };
