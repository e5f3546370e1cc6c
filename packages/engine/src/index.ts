export type { Codec, ValueOf } from './codec/codec.ts';
export { decode, encode } from './codec/codec.ts';
export { Malformed } from './codec/malformed.ts';
export type { EngineConfiguration, Limits, Timing } from './configuration.ts';
export { defaultLimits, defaultTiming } from './configuration.ts';
export type { Application, Executed, Position } from './consensus/application.ts';
export type { Block, BlockHeader } from './consensus/block.ts';
export type { Certificate, VoteKind } from './consensus/certificate.ts';
export { type Message, messageCodec, type Status } from './consensus/messages.ts';
export { type SealedBlock, seal } from './consensus/sealed-block.ts';
export { statementBytes } from './consensus/statement.ts';
export type { Vote } from './consensus/vote.ts';
export { consensusLogName, initializeLog } from './consensus/vote-log.ts';
export type { CreateNode, Node, NodeStatus } from './contract.ts';
export type { Answer, AnswerProof, FailureReason } from './ledger/answer.ts';
export { createLedger, type LedgerLimits } from './ledger/ledger.ts';
export { proveResult, type Verified, verifyAnswer } from './ledger/proof.ts';
export type { Operation, Request, Result } from './ledger/request.ts';
export { decodeRequest, encodeRequest, requestBounds } from './ledger/request-codec.ts';
export {
  type BlockResults,
  decodeState,
  encodeState,
  type LedgerState,
  lookUp,
  type Register,
  type Remembered,
  stateRoot,
} from './ledger/state.ts';
export { createNode } from './node.ts';
export { type ConsensusRules, type Rules, soundRules, toleratedFaults, type ViewBegan } from './rules.ts';
