/** What a watchdog is told when it starts: one JSON argument. */
export interface WatchdogOrders {
  /** Every living process that carries this mark is ended. */
  readonly mark: string;
  /** Undo journals of the run. Read when the framework has died, not before. */
  readonly journals: readonly string[];
  /** Where the watchdog writes what it did, one JSON object a line. */
  readonly report: string;
}

/** Said on the pipe by a framework that has undone everything itself. */
export const goodbye = 'goodbye\n';

/** Said by the watchdog once it is listening. */
export const ready = 'ready\n';
