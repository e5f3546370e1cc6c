export type { EngineConfiguration, Limits, Timing } from './configuration.ts';
export { defaultLimits, defaultTiming } from './configuration.ts';
export type { Application, Executed, Position } from './consensus/application.ts';
export type { Block, BlockHeader } from './consensus/block.ts';
export type { Certificate, VoteKind } from './consensus/certificate.ts';
export type { CreateNode, Node, NodeStatus } from './contract.ts';
export type { Answer, AnswerProof, FailureReason } from './ledger/answer.ts';
export type { Operation, Request, Result } from './ledger/request.ts';
export type { ConsensusRules, Rules } from './rules.ts';
