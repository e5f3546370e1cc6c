/** What the command asks of the process that it runs in, so that tests can stand in for it. */
export interface Io {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly workingDirectory: string;
  readonly colors: boolean;
  out(text: string): void;
  error(text: string): void;
  /** Columns of the terminal behind `out`, or undefined where there is none. */
  columns(): number | undefined;
  /** Calls `heard` for each signal that asks to end; the returned function takes it back. */
  onSignal(heard: (signal: EndingSignal) => void): () => void;
}

export type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
