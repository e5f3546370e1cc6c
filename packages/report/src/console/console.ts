import type { ExperimentResult, Progress, Reporter } from '@qflow/chaos';
import { paintOf } from './paint.ts';
import { idle, logLine, next, statusLine } from './status.ts';
import { summary } from './summary.ts';
import { fit, oneLine } from './width.ts';

export interface ConsoleOptions {
  write(text: string): void;
  /** Columns of the terminal, asked before each line, or undefined where there is none: then every change is a line. */
  columns(): number | undefined;
  readonly colors: boolean;
}

export interface ConsoleReporter extends Reporter {
  /** A line of its own, above the status. */
  note(line: string): void;
}

const clearLine = '\r\u001b[2K';

/** Live progress: one repainted line on a terminal, a line for each change elsewhere; then the summary. */
export function consoleReporter(options: ConsoleOptions): ConsoleReporter {
  const paint = paintOf(options.colors);
  let status = idle;
  let painted = false;

  function clear(): void {
    if (painted) options.write(clearLine);
    painted = false;
  }

  function note(line: string): void {
    clear();
    options.write(`${line}\n`);
  }

  return {
    name: 'console',
    note,

    onProgress(progress: Progress) {
      status = next(status, progress);
      const columns = options.columns();
      if (columns === undefined) {
        const line = logLine(progress);
        if (line !== null) note(line);
        return;
      }
      // One column stays free: a terminal that wraps at the last one would leave lines behind.
      options.write(clearLine + statusLine(status, columns - 1));
      painted = true;
    },

    onExperimentEnd(result: ExperimentResult) {
      const line = `${result.id}: ${oneLine(result.reason)}`;
      const columns = options.columns();
      const room = columns === undefined ? line : fit(line, columns - 2 - result.verdict.length);
      note(`${paint(result.verdict)(result.verdict)} ${room}`);
    },

    onRunEnd(result) {
      clear();
      options.write(`\n${summary(result, { width: options.columns(), colors: options.colors })}`);
    },
  };
}
