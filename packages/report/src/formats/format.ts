import type { ChaosTestResults } from '@qflow/chaos';

/** One way to write a result down. A pure function: the same result gives the same bytes. */
export interface ReportFormat {
  readonly name: string;
  /** The files of this format, to be written side by side into the run's directory. */
  render(result: ChaosTestResults): readonly ReportFile[];
}

export interface ReportFile {
  /** A file name without folders. */
  readonly name: string;
  readonly content: string;
}
