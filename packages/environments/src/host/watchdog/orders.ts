/** What a watchdog is told when it starts: one JSON argument. */
export interface WatchdogOrders {
  /** Every living process that carries this mark is ended. */
  readonly mark: string;
  /** Undo journals of the run: followed for harm that lasts too long, and undone when the framework is lost. */
  readonly journals: readonly string[];
  /** Where the watchdog writes what it did, one JSON object a line. */
  readonly report: string;
  /** How long the framework may be silent before it counts as lost, in milliseconds. */
  readonly leaseMs: number;
  /** Folder of the records of runs; those with this mark are removed once all is undone. Absent: there are none. */
  readonly state?: string;
}

/** Said on the pipe again and again by a framework that is well. */
export const renewal = '.';

/** Said on the pipe by a framework that has undone everything itself. */
export const goodbye = 'goodbye\n';

/** Said by the watchdog once it is listening. */
export const ready = 'ready\n';

/** First words in the report of a watchdog that undoes everything: from then on the framework may start nothing. */
export const tookOver = 'took over';
