import type { Journal } from '../safety/journal.ts';

/** Where a run leaves what it finds, and what it knows of the world outside the clusters: a port of the framework. */
export interface RunPlace {
  /** Now, by the calendar, as ISO 8601 in UTC. */
  calendar(): string;
  /** Milliseconds that never go back, for how long things took. */
  monotonicMs(): number;
  /** Makes room for one experiment. Called before anything of it is started. */
  open(experiment: string): Promise<ExperimentPlace>;
}

/** The room of one experiment. */
export interface ExperimentPlace {
  /** For node data and logs; absent where nodes leave nothing on a real disk. */
  readonly directory?: string;
  readonly journal: Journal;
  /** One event of the history as JSON, without a line break. Never throws: what cannot be written, `close` says. */
  historyLine(line: string): void;
  /** Writes what is left. @throws Error when something could not be written. Resolves with what lies there when the experiment is over: name → path relative to the run's directory. */
  close(): Promise<Readonly<Record<string, string>>>;
}

/** A place in memory: nothing is written anywhere. */
export function memoryPlace(): RunPlace {
  return {
    calendar: () => '1970-01-01T00:00:00.000Z',
    monotonicMs: () => 0,
    open: async () => ({
      journal: { write: async () => undefined },
      historyLine: () => undefined,
      close: async () => ({}),
    }),
  };
}
