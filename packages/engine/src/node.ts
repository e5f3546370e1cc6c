import type { Ports } from '@qflow/ports';
import { AnswerBook, nameOf } from './answer-book.ts';
import { Malformed } from './codec/malformed.ts';
import type { EngineConfiguration } from './configuration.ts';
import type { Certificate } from './consensus/certificate.ts';
import type { HeldBlock } from './consensus/chain.ts';
import { hex } from './consensus/digest.ts';
import { createDriver } from './consensus/driver.ts';
import { leaderOf } from './consensus/leader-schedule.ts';
import { requestKey } from './consensus/mempool.ts';
import type { Node } from './contract.ts';
import { earlyAnswer } from './early-answer.ts';
import type { FailureReason } from './ledger/answer.ts';
import { createLedger } from './ledger/ledger.ts';
import type { Request } from './ledger/request.ts';
import { encodeRequest } from './ledger/request-codec.ts';
import type { LedgerState } from './ledger/state.ts';
import { type Rules, soundRules } from './rules.ts';
import { Waiting } from './waiting.ts';

/** A validator: consensus over the ledger, and the answers to those who asked here. Acts from here on. */
export function createNode(ports: Ports, configuration: EngineConfiguration, rules: Rules = soundRules): Node {
  const { limits } = configuration;
  const ledger = createLedger(ports.crypto.hash, limits);
  // A request is carried out within `expiryViews` of its last view, and asked for again within as many after it.
  const book = new AnswerBook(2 * limits.expiryViews);
  const waiting = new Waiting();

  const driver = createDriver<LedgerState>({
    ports,
    configuration,
    application: ledger,
    rules: rules.consensus,
    onFinalized(blocks: readonly HeldBlock<LedgerState>[], certificate: Certificate) {
      for (const name of book.add(blocks, certificate)) {
        waiting.settle(name, () => book.find(name));
      }
      waiting.expire(certificate.view);
    },
    // What waits may have reached other nodes: nobody can say what became of it.
    onFailed: () => waiting.clear(),
  });
  const { core } = driver;

  /** Why a request cannot even wait, or null. */
  const refusal = (request: Request, bytes: Uint8Array): FailureReason | null => {
    const { view } = core.head.sealed.header;
    if (driver.hasFailed) {
      return 'storage-failed';
    }
    if (request.expiresAfterView <= view) {
      return 'expired';
    }
    const state = core.head.executed?.state;
    if (state === undefined || !ledger.admits(state, view, bytes)) {
      return 'refused';
    }
    // One that waits already may well be carried out: it only gets one more to wait for it.
    const isNew = !core.mempool.has(requestKey(ports.crypto.hash, bytes));
    return core.mempool.isFull && isNew ? 'overloaded' : null;
  };

  driver.start();

  return {
    submit(request, answer) {
      const nothing = { withdraw() {} };
      const known = book.find(nameOf(request));
      if (known !== null) {
        answer(known);
        return nothing;
      }
      const bytes = encodeOrNull(request);
      const reason = bytes === null ? 'refused' : refusal(request, bytes);
      if (bytes === null || reason !== null) {
        answer({ outcome: 'fail', reason: reason ?? 'refused' });
        return nothing;
      }
      const early = rules.consensus.answersWhen === 'submitted' ? earlyAnswer(core, request, bytes) : null;
      if (early !== null) {
        driver.submit(bytes);
        answer(early);
        return nothing;
      }
      const withdraw = waiting.add(request, answer);
      driver.submit(bytes);
      return { withdraw };
    },

    status() {
      const { header, key } = core.head.sealed;
      const { view, height } = header;
      return {
        view: core.view,
        finalized: { view, height, digest: key, stateRoot: hex(header.stateRoot) },
        leader: leaderOf(core.schedule, core.view),
        connected: [...core.connected].sort((one, other) => one - other),
        pendingRequests: core.mempool.size,
        condition: driver.hasFailed ? 'failing' : core.observing === null ? 'voting' : 'observing',
      };
    },

    stop() {
      waiting.clear();
      driver.stop();
    },
  };
}

function encodeOrNull(request: Request): Uint8Array | null {
  try {
    return encodeRequest(request);
  } catch (thrown) {
    if (thrown instanceof Malformed) {
      return null;
    }
    throw thrown;
  }
}
