import { type HistoryEvent, isOperation } from './history.ts';
import { MalformedHistory } from './malformed.ts';

/** Stands for a process that got an `info`: nothing may follow. */
const RETIRED = Symbol('retired');

/**
 * Refuses an event that cannot follow those before it: an index or a time that goes back, a completion without
 * invocation, a second open operation of one process, an operation of a process that is retired.
 */
export function orderGuard(): (event: HistoryEvent, line: number) => void {
  /** What each process has open; undefined when nothing. */
  const standing = new Map<number, string | typeof RETIRED | undefined>();
  let lastIndex = Number.NEGATIVE_INFINITY;
  let lastTime = Number.NEGATIVE_INFINITY;

  return (event, line) => {
    if (event.index <= lastIndex) {
      throw new MalformedHistory(line, `index ${event.index} does not follow ${lastIndex}; number the events upwards`);
    }
    lastIndex = event.index;
    if (!isOperation(event)) return;

    if (event.time < lastTime) {
      throw new MalformedHistory(line, `time goes back from ${lastTime} to ${event.time}; use one monotonic clock`);
    }
    lastTime = event.time;

    const { process, type, f } = event;
    const open = standing.get(process);
    if (type === 'invoke') {
      if (open === RETIRED) {
        throw new MalformedHistory(line, `process ${process} was retired by an "info"; give it a new number`);
      }
      if (open !== undefined) {
        throw new MalformedHistory(line, `process ${process} invokes "${f}" while its last one is open`);
      }
      standing.set(process, f);
      return;
    }

    if (open === undefined || open === RETIRED) {
      throw new MalformedHistory(line, `process ${process} completes "${f}" that it never invoked`);
    }
    if (open !== f) {
      throw new MalformedHistory(line, `process ${process} completes "${f}" but had invoked "${open}"`);
    }
    standing.set(process, type === 'info' ? RETIRED : undefined);
  };
}
