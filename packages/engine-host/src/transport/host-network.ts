import type { Network } from '@qflow/ports';

/** The network port of a real process. */
export interface HostNetwork extends Network {
  /** Where it listens for peers. */
  readonly port: number;

  /** Resolves with true when all that was sent so far has left for the sockets, with false after `withinMs`. */
  flushed(withinMs: number): Promise<boolean>;

  /** Resolves when every link is closed, after `close`. */
  readonly closed: Promise<void>;
}
