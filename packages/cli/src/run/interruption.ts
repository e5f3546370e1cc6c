import { Interrupted } from '@qflow/chaos';
import type { EndingSignal, Io } from '../io.ts';

/** A run that a signal may end. */
export interface Interruption {
  /** Aborted at the first signal; the reason is an `Interrupted`. */
  readonly signal: AbortSignal;
  stopListening(): void;
}

/** Listens for signals that ask to end. The first aborts the run, which heals; later ones change nothing, and say so. */
export function listen(io: Pick<Io, 'onSignal'>, say: (line: string) => void): Interruption {
  const abort = new AbortController();
  let first: EndingSignal | undefined;

  const stopListening = io.onSignal((signal) => {
    if (first !== undefined) {
      say(`${signal}: still healing; what was harmed is not left so.`);
      return;
    }
    first = signal;
    say(`${signal}: stopping, and healing first.`);
    abort.abort(new Interrupted(signal));
  });

  return { signal: abort.signal, stopListening };
}
