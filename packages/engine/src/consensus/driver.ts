import type { Log, NodeIndex, Ports, Timer } from '@qflow/ports';
import { StorageFailed } from '@qflow/ports';
import { decode, encode } from '../codec/codec.ts';
import { Malformed } from '../codec/malformed.ts';
import type { EngineConfiguration } from '../configuration.ts';
import type { ConsensusRules } from '../rules.ts';
import type { Application } from './application.ts';
import type { Certificate } from './certificate.ts';
import type { HeldBlock } from './chain.ts';
import type { Effect, Input, TimerName } from './effects.ts';
import { greatestMessageBytes, type Message, messageCodec, type Propose } from './messages.ts';
import { lowestQuestion } from './on-status.ts';
import { recover } from './recover.ts';
import { type Core, createCore } from './state.ts';
import { step } from './step.ts';
import { consensusLogName, readLog, recordCodec } from './vote-log.ts';

export interface DriverParts<State> {
  readonly ports: Ports;
  readonly configuration: EngineConfiguration;
  readonly application: Application<State>;
  readonly rules: ConsensusRules;
  /** For every final block since genesis, also those of earlier lives, in order of height. */
  onFinalized(blocks: readonly HeldBlock<State>[], certificate: Certificate): void;
  /** The disk refused: the node is silent from here on. */
  onFailed(): void;
}

/** Consensus on the ports of one node. */
export interface Driver<State> {
  /** To read, not to change. */
  readonly core: Core<State>;
  readonly hasFailed: boolean;
  /** Begins to listen and to act. */
  start(): void;
  submit(request: Uint8Array): void;
  stop(): void;
}

/** @throws StorageCorrupt when the log is damaged in its middle, Error when it is not this validator's. */
export function createDriver<State>(parts: DriverParts<State>): Driver<State> {
  const { ports, configuration, rules } = parts;
  const messages = messageCodec(ports.crypto.hash);
  const records = recordCodec(ports.crypto.hash);
  const log = ports.storage.openLog(consensusLogName);
  const core = createCore({
    ...parts,
    crypto: ports.crypto,
    question: ports.random.stream('question').between(lowestQuestion, 2 ** 32 - 1),
  });
  recover(core, readLog(log, configuration, records), ({ blocks, certificate }) =>
    parts.onFinalized(blocks, certificate),
  );

  const timers = new Map<TimerName, Timer>();
  const peers = Array.from({ length: configuration.validators }, (_, index) => index).filter(
    (index) => index !== configuration.self,
  );
  let stopped = false;
  let failed = false;

  const take = (input: Input): void => {
    if (stopped) {
      return;
    }
    const effects = step(core, ports.clock.monotonicMs(), input);
    if (!persist(effects)) {
      return;
    }
    for (const effect of effects) {
      if (effect.type === 'trace') {
        ports.trace.emit(effect.event, effect.value);
      }
    }
    for (const effect of effects) {
      if (stopped) {
        return;
      }
      perform(effect);
    }
  };

  /** Everything that the step wants durable, with one sync. False when the disk refused: then nothing may leave. */
  const persist = (effects: readonly Effect<State>[]): boolean => {
    try {
      let appended = false;
      for (const effect of effects) {
        if (effect.type === 'persist' && (rules.votesAreDurable || effect.record.type !== 'vote')) {
          log.append(encode(records, effect.record));
          appended = true;
        }
      }
      if (appended) {
        log.sync();
      }
      return true;
    } catch (thrown) {
      if (!(thrown instanceof StorageFailed)) {
        throw thrown;
      }
      failed = true;
      stop();
      ports.trace.emit('storage-failed', { code: thrown.code });
      parts.onFailed();
      return false;
    }
  };

  const perform = (effect: Effect<State>): void => {
    switch (effect.type) {
      case 'send':
        ports.network.send(effect.to, encode(messages, effect.message));
        break;
      case 'broadcast':
        sendTo(peers, encode(messages, effect.message));
        break;
      case 'broadcast-proposal':
        broadcastProposal(effect.message);
        break;
      case 'set-timer':
        timers.get(effect.timer)?.cancel();
        timers.set(
          effect.timer,
          ports.clock.after(effect.delayMs, () => take({ type: 'timer', timer: effect.timer })),
        );
        break;
      case 'cancel-timer':
        timers.get(effect.timer)?.cancel();
        timers.delete(effect.timer);
        break;
      case 'finalized':
        parts.onFinalized(effect.blocks, effect.certificate);
        break;
      case 'halt':
        stop();
        break;
      case 'persist':
      case 'trace':
        break;
    }
  };

  const sendTo = (to: readonly NodeIndex[], bytes: Uint8Array): void => {
    for (const peer of to) {
      ports.network.send(peer, bytes);
    }
  };

  const broadcastProposal = (message: Propose): void => {
    const bytes = encode(messages, message as Message);
    const half = Math.ceil(peers.length / 2);
    sendTo(peers.slice(0, half), bytes);
    const { view, height } = message.block.header;
    ports.trace.emit('proposal-half-sent', { view, height, digest: message.block.key });
    sendTo(peers.slice(half), bytes);
  };

  const receive = (from: NodeIndex, bytes: Uint8Array): void => {
    if (stopped) {
      return;
    }
    let message: Message;
    try {
      if (bytes.length > greatestMessageBytes) {
        throw new Malformed('', `${bytes.length} bytes, more than any message has`);
      }
      message = decode(messages, bytes);
    } catch (thrown) {
      if (!(thrown instanceof Malformed)) {
        throw thrown;
      }
      ports.trace.emit('bad-message', { from, reason: thrown.message });
      return;
    }
    take({ type: 'message', from, message });
  };

  const stop = (): void => {
    if (!stopped) {
      stopped = true;
      for (const timer of timers.values()) {
        timer.cancel();
      }
      timers.clear();
      ports.network.close();
      closeQuietly(log);
    }
  };

  return {
    core,
    get hasFailed() {
      return failed || core.halted;
    },
    start() {
      take({ type: 'start' });
      ports.network.listen({
        onMessage: receive,
        onConnected: (peer) => take({ type: 'connected', peer }),
        onDisconnected: (peer) => take({ type: 'disconnected', peer }),
      });
      for (const peer of ports.network.connected()) {
        if (!core.connected.has(peer)) {
          take({ type: 'connected', peer });
        }
      }
    },
    submit: (request) => take({ type: 'submit', request }),
    stop,
  };
}

/** A disk that refused to write may refuse to close as well; there is nothing left to save. */
function closeQuietly(log: Log): void {
  try {
    log.close();
  } catch (thrown) {
    if (!(thrown instanceof StorageFailed)) {
      throw thrown;
    }
  }
}
