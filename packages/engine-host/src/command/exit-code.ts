/** What `qflow` ends with. */
export const exitCode = {
  done: 0,
  /** It failed while running; the line on standard error says why. */
  failed: 1,
  /** A bad flag or configuration; nothing was started. */
  misuse: 2,
  /** A log is damaged in its middle and needs a decision of a person (EX_DATAERR of sysexits.h). */
  corruptLog: 65,
  /** The parent that it was told to follow is gone (128 + SIGHUP). */
  orphaned: 129,
} as const;
