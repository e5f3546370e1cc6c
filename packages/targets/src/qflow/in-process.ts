import {
  ConnectionLost,
  type InProcessClientRequest,
  type InProcessNode,
  type PreparedTarget,
  type PrepareRequest,
} from '@qflow/chaos';
import {
  type Answer,
  consensusLogName,
  createNode,
  defaultLimits,
  defaultTiming,
  type EngineConfiguration,
  initializeLog,
  type Request,
  type Rules,
} from '@qflow/engine';
import type { Ports } from '@qflow/ports';
import { answerCheck } from './answer-check.ts';
import { qflowClient } from './client.ts';
import { observationOf } from './observation.ts';
import type { QflowOptions } from './options.ts';
import type { Reply, Wire } from './wire.ts';

/** Validators in the framework's own process, over simulated ports. */
export function prepareInProcess(
  { size }: Pick<PrepareRequest, 'size'>,
  { rules, timing, trustsNodes = false }: QflowOptions,
): PreparedTarget {
  const place = { cluster: 'qflow-chaos', epoch: 0 };
  const latest = { view: 0 };
  const configurationOf = (self: number): EngineConfiguration => ({
    ...place,
    validators: size,
    self,
    timing: { ...defaultTiming, ...timing },
    limits: defaultLimits,
  });

  return {
    inProcessLog: consensusLogName,
    initializeDisk: (index, { storage, crypto }) => initializeLog(storage, configurationOf(index), crypto),
    inProcess: (index, ports) => inProcessNode(ports, configurationOf(index), rules),
    inProcessClient: (request) =>
      qflowClient({
        name: request.name,
        first: request.first,
        wire: inProcessWire(request),
        check: trustsNodes ? null : answerCheck(request.verifier, place),
        latest,
        onClose: () => undefined,
      }),
  };
}

/** @throws StorageCorrupt */
function inProcessNode(ports: Ports, configuration: EngineConfiguration, rules?: Rules): InProcessNode {
  const node = createNode(ports, configuration, rules);
  return {
    ask(question, answer) {
      node.submit(question as Request, answer);
    },
    observe: (of) => observationOf(of, node.status()),
    stop: () => node.stop(),
  };
}

/** Why a wait ended early. No error: nothing went wrong. */
const over = 'over';

function inProcessWire({ nodes, clock, ask }: InProcessClientRequest): Wire {
  return {
    nodes,
    after(delayMs, action) {
      const cancelled = new AbortController();
      clock.sleep(delayMs, cancelled.signal).then(action, () => undefined);
      return () => cancelled.abort(over);
    },
    async ask(node, request) {
      try {
        return replyOf((await ask(node, request)) as Answer);
      } catch (error) {
        if (!(error instanceof ConnectionLost)) {
          throw error;
        }
        return error.delivered
          ? { kind: 'unknown', reason: error.message }
          : { kind: 'refused', reason: error.message, forGood: false };
      }
    },
  };
}

function replyOf(answer: Answer): Reply {
  if (answer.outcome === 'fail') {
    return { kind: 'refused', reason: answer.reason, forGood: answer.reason === 'expired' };
  }
  const { result, proof } = answer;
  return result.kind === 'expired'
    ? { kind: 'refused', reason: 'expired', forGood: true }
    : { kind: 'answer', result, proof };
}
