import { type HistoryEvent, isOperation } from './history.ts';
import { MalformedHistory } from './malformed.ts';

/** What a process may do next: invoke when it is idle, complete when it is busy, nothing once it is retired. */
const BUSY = 1;
const RETIRED = 2;

/**
 * Refuses an event that cannot follow those before it: an index or a time that goes back, a completion without
 * invocation, a second open operation of one process, an operation of a process that is retired.
 */
export function orderGuard(): (event: HistoryEvent, line: number) => void {
  const standing = new Map<number, number>();
  const asked = new Map<number, string>();
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

    const now = standing.get(event.process);
    if (event.type === 'invoke') {
      if (now === BUSY) {
        throw new MalformedHistory(line, `process ${event.process} invokes "${event.f}" while its last one is open`);
      }
      if (now === RETIRED) {
        throw new MalformedHistory(line, `process ${event.process} was retired by an "info"; give it a new number`);
      }
      standing.set(event.process, BUSY);
      asked.set(event.process, event.f);
      return;
    }

    if (now !== BUSY) {
      throw new MalformedHistory(line, `process ${event.process} completes "${event.f}" that it never invoked`);
    }
    if (asked.get(event.process) !== event.f) {
      throw new MalformedHistory(
        line,
        `process ${event.process} completes "${event.f}" but had invoked "${asked.get(event.process)}"`,
      );
    }
    standing.set(event.process, event.type === 'info' ? RETIRED : 0);
  };
}
