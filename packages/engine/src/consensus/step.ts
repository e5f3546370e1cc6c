import type { NodeIndex } from '@qflow/ports';
import { finalizeNewlyNotarized } from './cast-vote.ts';
import type { Effect, Input } from './effects.ts';
import { enterReachedView } from './enter-view.ts';
import { finalizeDecided, releaseSpent } from './finalize.ts';
import type { Message } from './messages.ts';
import { endObservation } from './observe.ts';
import { onBlocks, onWant } from './on-blocks.ts';
import { onCertificate } from './on-certificate.ts';
import { judgeProposal, onProposal } from './on-proposal.ts';
import { onStatus, ownStatus } from './on-status.ts';
import { onForwarded, onSubmit } from './on-submit.ts';
import { onResend, onViewTimeout } from './on-timeout.ts';
import { onVote } from './on-vote.ts';
import { onBlockDue, propose } from './propose.ts';
import { onStart } from './recover.ts';
import type { Core } from './state.ts';
import { suspect } from './suspect.ts';
import { setTimers } from './timers.ts';
import { trace } from './trace.ts';

/**
 * Simplex consensus (B. Chan and R. Pass, "Simplex Consensus: A Simple and Fast Consensus Protocol", TCC 2023), as a
 * synchronous step: first it takes in what happened, then it makes every move that has become possible.
 * `docs/consensus.md` describes the protocol and where it differs from the paper.
 */
export function step<State>(core: Core<State>, nowMs: number, input: Input): readonly Effect<State>[] {
  if (core.halted) {
    return [];
  }
  core.nowMs = nowMs;
  core.effects = [];
  releaseSpent(core);
  takeIn(core, input);
  advance(core);
  return core.effects;
}

const onTimer = { view: onViewTimeout, resend: onResend, block: onBlockDue } as const;

function takeIn<State>(core: Core<State>, input: Input): void {
  switch (input.type) {
    case 'start':
      onStart(core);
      break;
    case 'message':
      onMessage(core, input.from, input.message);
      break;
    case 'timer':
      onTimer[input.timer](core);
      break;
    case 'connected':
      onConnected(core, input.peer);
      break;
    case 'disconnected':
      onDisconnected(core, input.peer);
      break;
    case 'submit':
      onSubmit(core, input.request);
      break;
  }
}

function onMessage<State>(core: Core<State>, from: NodeIndex, message: Message): void {
  switch (message.type) {
    case 'propose':
      onProposal(core, from, message);
      break;
    case 'vote':
      onVote(core, from, message.vote);
      break;
    case 'certificates':
      for (const certificate of message.certificates) {
        if (!onCertificate(core, from, certificate)) {
          break;
        }
      }
      break;
    case 'status':
      onStatus(core, from, message);
      break;
    case 'want':
      onWant(core, from, message.digest, message.aboveHeight);
      break;
    case 'blocks':
      onBlocks(core, from, message.blocks);
      break;
    case 'submit':
      onForwarded(core, from, message.requests);
      break;
  }
}

/** What was sent before may be lost, so both sides say where they stand. */
function onConnected<State>(core: Core<State>, peer: NodeIndex): void {
  core.connected.add(peer);
  core.settling = 0;
  core.changed = true;
  trace(core, 'peer-connected', { peer });
  core.effects.push({ type: 'send', to: peer, message: ownStatus(core, core.question, 0) });
  const requests = core.mempool.own();
  if (requests.length > 0) {
    core.effects.push({ type: 'send', to: peer, message: { type: 'submit', requests } });
  }
}

function onDisconnected<State>(core: Core<State>, peer: NodeIndex): void {
  core.connected.delete(peer);
  core.changed = true;
  trace(core, 'peer-disconnected', { peer });
}

/** Each move may make another possible. It ends: votes are cast once, and views and the head only rise. */
export function advance<State>(core: Core<State>): void {
  while (core.changed && !core.halted) {
    core.changed = false;
    finalizeNewlyNotarized(core);
    finalizeDecided(core);
    endObservation(core);
    enterReachedView(core);
    judgeProposal(core);
    suspect(core);
    propose(core);
  }
  setTimers(core);
}
