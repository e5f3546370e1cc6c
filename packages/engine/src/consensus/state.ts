import type { Crypto, Digest, NodeIndex } from '@qflow/ports';
import type { EngineConfiguration } from '../configuration.ts';
import type { ConsensusRules } from '../rules.ts';
import { toleratedFaults, type ViewBegan } from '../rules.ts';
import type { Application } from './application.ts';
import type { Certificate, VoteKind } from './certificate.ts';
import { Chain, type HeldBlock } from './chain.ts';
import type { Effect } from './effects.ts';
import { firstSchedule, type LeaderSchedule } from './leader-schedule.ts';
import { Mempool } from './mempool.ts';
import { genesisBlock, type SealedBlock } from './sealed-block.ts';
import type { Vote } from './vote.ts';

/** What a node was made with. */
export interface CoreParts<State> {
  readonly configuration: EngineConfiguration;
  readonly application: Application<State>;
  readonly crypto: Crypto;
  readonly rules: ConsensusRules;
  /** From `lowestQuestion`: drawn anew for each life, so that an answer to an earlier one does not count. */
  readonly question: number;
}

/** All that one view has brought so far. Kept until a later view is final. */
export interface Round {
  readonly view: number;
  /** At most one a proposer: who leads depends on what is final, so the rightful one may be known only later. */
  readonly proposals: Map<NodeIndex, Proposal>;
  /** By voter. */
  readonly votes: Readonly<Record<VoteKind, (Vote | undefined)[]>>;
  readonly own: { notarize: Vote | null; nullify: Vote | null; finalize: Vote | null };
  readonly certificates: { notarize: Certificate | null; nullify: Certificate | null; finalize: Certificate | null };
  /** Voters whose share was bad: nothing more of theirs counts in this view. */
  readonly ignored: Set<NodeIndex>;
  whyNullified: 'timeout' | 'suspicion' | null;
}

export interface Proposal {
  readonly block: SealedBlock;
  readonly from: NodeIndex;
  /** `refused` and `accepted` are final; what waits is judged again whenever something changed. */
  verdict: 'waiting' | 'refused' | 'accepted';
}

/** A block that was asked for. */
export interface Wanted {
  readonly digest: Digest;
  from: NodeIndex;
}

/** The whole state of one node's consensus. Changed in place by the files that `step.ts` lists, and by nothing else. */
export interface Core<State> extends CoreParts<State> {
  readonly quorum: number;
  readonly faults: number;
  nowMs: number;
  /** Collects what the step in progress wants done. */
  effects: Effect<State>[];
  /** Whether anything happened since the last look that may allow a further move. */
  changed: boolean;

  view: number;
  viewBegan: ViewBegan;
  /** One above the highest view of which a certificate is known. */
  reached: number;
  readonly rounds: Map<number, Round>;
  readonly chain: Chain<State>;
  /** The last finalized block. */
  head: HeldBlock<State>;
  headCertificate: Certificate | null;
  /** Blocks that became final in this step. Their states go when the next one begins. */
  spent: HeldBlock<State>[];
  /** The highest finalize certificate, whose block may still be on its way. */
  decided: Certificate | null;
  decidedBy: NodeIndex;
  /** The highest notarize certificate above the head. */
  notarized: Certificate | null;
  nullified: Certificate | null;
  /** Views notarized since the last look: to vote to finalize where that is allowed. */
  newlyNotarized: number[];
  schedule: LeaderSchedule;
  /** Leaders that the schedule passes over in the current view. */
  passedOver: readonly NodeIndex[];

  /** The nearest missing ancestor of the decided block `tip`. */
  missing: { readonly tip: string; readonly key: string; readonly digest: Digest } | null;

  readonly mempool: Mempool;
  readonly wanted: Map<string, Wanted>;
  readonly connected: Set<NodeIndex>;
  /** By peer: the view of the last block that it said is final. */
  readonly peerFinalized: number[];

  patienceMs: number;
  /** The view whose timer runs. */
  viewTimer: number | null;
  resendTimer: boolean;
  blockTimer: boolean;
  /** When this node last took up a proposal, its own or another's. */
  proposalTakenMs: number;
  /** What the last resend tick saw. */
  lastTick: { view: number; headView: number };
  /** Rounds of asking whether the peers know the last block, once all is done. */
  settling: number;
  proposalDue: boolean;
  mayProposeEmpty: boolean;

  /** Set while the node's own votes may be lost: it signs nothing. */
  observing: Observing | null;
  halted: boolean;
}

export interface Observing {
  /** By peer: the view that it has proved to be in. */
  readonly reports: Map<NodeIndex, number>;
  /** Once a quorum reported: a view above this one has to be final first. */
  untilView: number | null;
}

export function createCore<State>(parts: CoreParts<State>): Core<State> {
  const { configuration, application, crypto, rules } = parts;
  const origin = { view: 0, parentView: 0, height: 0, proposer: 0 };
  const genesis = application.execute(application.genesis(), origin, []);
  const sealed = genesisBlock(crypto.hash, genesis.stateRoot);
  const head: HeldBlock<State> = { sealed, executed: genesis, unsound: false, keys: [] };
  return {
    ...parts,
    quorum: rules.quorum(configuration.validators),
    faults: toleratedFaults(configuration.validators),
    nowMs: 0,
    effects: [],
    changed: false,
    view: 1,
    viewBegan: 'started',
    reached: 1,
    rounds: new Map(),
    chain: new Chain(head),
    head,
    headCertificate: null,
    spent: [],
    decided: null,
    decidedBy: configuration.self,
    notarized: null,
    nullified: null,
    newlyNotarized: [],
    schedule: firstSchedule(configuration.validators),
    passedOver: [],
    missing: null,
    mempool: new Mempool(configuration.limits.pendingRequests),
    wanted: new Map(),
    connected: new Set(),
    peerFinalized: Array.from({ length: configuration.validators }, () => 0),
    patienceMs: configuration.timing.viewTimeoutMs,
    viewTimer: null,
    resendTimer: false,
    blockTimer: false,
    proposalTakenMs: Number.NEGATIVE_INFINITY,
    lastTick: { view: 0, headView: -1 },
    settling: 0,
    proposalDue: false,
    mayProposeEmpty: false,
    observing: null,
    halted: false,
  };
}

export function roundOf<State>(core: Core<State>, view: number): Round {
  const found = core.rounds.get(view);
  if (found !== undefined) {
    return found;
  }
  const round: Round = {
    view,
    proposals: new Map(),
    votes: { notarize: [], nullify: [], finalize: [] },
    own: { notarize: null, nullify: null, finalize: null },
    certificates: { notarize: null, nullify: null, finalize: null },
    ignored: new Set(),
    whyNullified: null,
  };
  core.rounds.set(view, round);
  return round;
}
