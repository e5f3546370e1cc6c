/**
 * The rules of the engine that a broken node replaces, one at a time, to show that an experiment notices.
 * Every rule is a function or a value that the engine really consults; `soundRules` is the engine as it ships.
 */
export interface Rules {
  readonly consensus: ConsensusRules;
}

export interface ConsensusRules {
  /** How many shares certify. Any two quorums share an honest node, also when f nodes lie. */
  quorum(validators: number): number;

  /** Whether votes are stored and synced before they are sent, so that a restarted node knows what it signed. */
  readonly votesAreDurable: boolean;

  /** Whether a node may vote for a block: once a view, and not after it gave the view up. */
  mayNotarize(cast: { readonly notarized: boolean; readonly nullified: boolean }): boolean;

  /** Whether a node may vote to finalize a notarized view: not when it, or a quorum, gave the view up. */
  mayFinalize(known: { readonly nullified: boolean; readonly nullifiedByQuorum: boolean }): boolean;

  /** Whether a voter takes a block's parent: a certificate notarizes it, and the views since are certified null. */
  isJustified(known: { readonly parentCertified: boolean; readonly gapNullified: boolean }): boolean;

  /** Whether a leader builds on the highest notarized block, given how its view began; else on the last finalized one. */
  extendsNotarized(viewBegan: ViewBegan): boolean;

  /** When a client gets its answer: once its block is final, or (never in a sound engine) once its node executed it. */
  readonly answersWhen: 'finalized' | 'submitted';
}

/** How a node came into its view: through a certified block, through a view given up, or over several views at once. */
export type ViewBegan = 'notarized' | 'nullified' | 'synced' | 'started';

/** Nodes that may fail in any way: ⌊(n − 1)/3⌋. */
export const toleratedFaults = (validators: number): number => Math.floor((validators - 1) / 3);

/** The engine as it ships. */
export const soundRules: Rules = {
  consensus: {
    quorum: (validators) => validators - toleratedFaults(validators),
    votesAreDurable: true,
    mayNotarize: ({ notarized, nullified }) => !notarized && !nullified,
    mayFinalize: ({ nullified, nullifiedByQuorum }) => !nullified && !nullifiedByQuorum,
    isJustified: ({ parentCertified, gapNullified }) => parentCertified && gapNullified,
    extendsNotarized: () => true,
    answersWhen: 'finalized',
  },
};
