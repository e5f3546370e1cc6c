import type { Json, Trace } from '@qflow/ports';
import type { EventFile } from './event-file.ts';

/** Stops the process at the `nth` event of this name from now on, counting only those whose value has all of `where`. */
interface ArmedStop {
  readonly event: string;
  /** From 1. */
  readonly nth: number;
  readonly where?: { readonly [field: string]: Json } | undefined;
  /** Stop only once what was sent before has left for the sockets; nothing that comes later leaves. */
  readonly afterFlush: boolean;
}

/** How the process stands still. Both return, or resolve, when it goes on. */
export interface Stopping {
  now(): void;
  /** Shuts the gate at once. `report` is called right before the stop, with whether everything had left in time. */
  afterFlush(report: (flushed: boolean) => void): void;
}

export interface ArmableTrace extends Trace {
  arm(stop: ArmedStop): void;
  /** Forgets every armed stop. Returns how many there were. */
  disarm(): number;
}

/**
 * A trace that keeps events in a file, tells `observe` of each, and stops the process where it was told to. A stop is
 * itself an event, `armed-stop` with `{event, nth, flushed}`, written right before.
 */
export function armableTrace(
  file: EventFile,
  stopping: Stopping,
  observe: (event: string, value: Json) => void = () => {},
): ArmableTrace {
  let armed: { readonly stop: ArmedStop; left: number }[] = [];

  function emit(event: string, value: Json): void {
    file.write(event, value);
    observe(event, value);
    if (armed.length > 0) {
      for (const due of armed.filter(({ stop }) => matches(stop, event, value)).filter((entry) => --entry.left === 0)) {
        armed = armed.filter((entry) => entry !== due);
        stopAt(due.stop);
      }
    }
  }

  function stopAt({ event, nth, afterFlush }: ArmedStop): void {
    const report = (flushed: boolean | null) => file.write('armed-stop', { event, nth, flushed });
    if (afterFlush) {
      stopping.afterFlush(report);
    } else {
      report(null);
      stopping.now();
    }
  }

  return {
    emit,
    arm(stop) {
      armed.push({ stop, left: stop.nth });
    },
    disarm() {
      const count = armed.length;
      armed = [];
      return count;
    },
  };
}

function matches({ event, where = {} }: ArmedStop, emitted: string, value: Json): boolean {
  return (
    event === emitted &&
    Object.entries(where).every(
      ([field, wanted]) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        JSON.stringify((value as { readonly [field: string]: Json })[field]) === JSON.stringify(wanted),
    )
  );
}
