import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import { violation } from '../exact/chain.ts';
import type { Call, Decision, Model } from './model.ts';

/** Who holds the lock, and the greatest fencing token given out so far. */
interface Lock {
  readonly holder: number | undefined;
  readonly token: number | undefined;
}

/**
 * A lock with `acquire` and `release`; the process is the holder. Where an answer to `acquire` is a number, it is a
 * fencing token and must be greater than all before. A lock for each key.
 */
export function mutex(): Model<Lock> {
  return {
    name: 'mutex',
    init: () => ({ holder: undefined, token: undefined }),
    identity: ({ holder, token }) => `${holder} ${token}`,
    step({ holder, token }, { f, value, result }) {
      if (f === 'release') return holder === value ? { holder: undefined, token } : undefined;
      if (holder !== undefined) return undefined;
      const given = typeof result === 'number' ? result : undefined;
      if (given !== undefined && token !== undefined && given <= token) return undefined;
      return { holder: value as number, token: given ?? token };
    },
    callOf({ f, process, result, outcome }) {
      if (outcome === 'fail' || (f !== 'acquire' && f !== 'release')) return undefined;
      return { f, value: process, result: f === 'acquire' ? tokenOf(result) : undefined };
    },
    decide: coresApart,
    describe: ({ f, value, result }) => `${f} by process ${value}${result === undefined ? '' : `, token ${result}`}`,
  };
}

const tokenOf = (result: Json | undefined): Json | undefined => (typeof result === 'number' ? result : undefined);

interface Tenure {
  readonly acquire: Operation;
  readonly token: number | undefined;
  release: Operation | undefined;
}

/**
 * Decides locks whose holders are known: from the end of `acquire` to the begin of the same process's `release` the
 * lock is surely held, and such times must not overlap, nor tokens fall from one to the next. A release of unknown
 * outcome may have happened at any time since it began.
 */
function coresApart(operations: readonly Operation[], calls: readonly Call[]): Decision {
  const holding = new Map<number, Tenure>();
  const tenures: Tenure[] = [];
  for (let at = 0; at < operations.length; at += 1) {
    const operation = operations[at]!;
    const { f, result } = calls[at]!;
    if (f === 'acquire') {
      // One that may not have happened, by a process that is no more, need not have happened.
      if (operation.outcome !== 'ok') continue;
      if (holding.has(operation.process)) {
        return violation('a process acquired the lock twice', [holding.get(operation.process)!.acquire, operation]);
      }
      const tenure: Tenure = {
        acquire: operation,
        token: typeof result === 'number' ? result : undefined,
        release: undefined,
      };
      holding.set(operation.process, tenure);
      tenures.push(tenure);
    } else {
      const tenure = holding.get(operation.process);
      if (tenure === undefined) return violation('a process released the lock without holding it', [operation]);
      tenure.release = operation;
      holding.delete(operation.process);
    }
  }

  tenures.sort((one, other) => one.acquire.completedAt - other.acquire.completedAt);
  for (let at = 1; at < tenures.length; at += 1) {
    const before = tenures[at - 1]!;
    const after = tenures[at]!;
    const lines = [before.acquire, ...(before.release === undefined ? [] : [before.release]), after.acquire];
    if (before.release === undefined || before.release.invokedAt > after.acquire.completedAt) {
      return violation('two processes held the lock at one time', lines);
    }
    if (before.token !== undefined && after.token !== undefined && after.token <= before.token) {
      return violation('a later holder got no greater token', lines);
    }
  }
  return { linearizable: true };
}
