import { MISMATCH, type Outcome, type PlannedOperation } from '@qflow/chaos';
import type { Operation, Result } from '@qflow/engine';

/** An operation that Qflow's registers do not have. */
export class NoSuchOperation extends Error {
  override readonly name = 'NoSuchOperation';
}

/** What a workload's operation is to the ledger. @throws NoSuchOperation */
export function operationOf({ f, key, value }: PlannedOperation): Operation {
  if (key === undefined) {
    throw new NoSuchOperation(`"${f}" names no key`);
  }
  switch (f) {
    case 'read':
      return { kind: 'read', key };
    case 'write':
      return { kind: 'write', key, value: content(value) };
    case 'cas': {
      const [expected, wanted] = Array.isArray(value) ? value : [];
      return { kind: 'compare-and-set', key, expected: content(expected), value: content(wanted) };
    }
    default:
      throw new NoSuchOperation(`"${f}" is no operation on a register: there are read, write, cas`);
  }
}

/** What a result is to a workload. */
export function outcomeOf(operation: PlannedOperation, result: Result, node: string): Outcome {
  switch (result.kind) {
    case 'value':
      return { type: 'ok', value: result.value, node };
    case 'written':
      return { type: 'ok', value: operation.value, node };
    case 'mismatch':
      return { type: 'fail', error: MISMATCH, node };
    case 'expired':
      return { type: 'fail', error: 'expired', node };
  }
}

function content(value: unknown): string | null {
  if (value === null || typeof value === 'string') {
    return value;
  }
  throw new NoSuchOperation(`a register holds text or null, not ${JSON.stringify(value)}`);
}
