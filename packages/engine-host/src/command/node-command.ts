import { StorageCorrupt, StorageFailed } from '@qflow/ports';
import { ConfigurationInvalid, readConfiguration } from '../configuration/read-configuration.ts';
import { CannotListen } from '../process/cannot-listen.ts';
import { DataDirectoryInUse } from '../process/data-lock.ts';
import { type RunningNode, type RunOptions, runNode } from '../process/run-node.ts';
import { exitCode } from './exit-code.ts';

/** A node asked to stop is gone after this long, whatever still hangs. */
const stopWithinMs = 1_900;

export interface NodeFlags {
  readonly config: string;
  readonly exitWithParent?: boolean;
}

/**
 * Runs a node until it is told to stop. Its first line on standard output says where it listens:
 * `{"event":"listening","p2p":PORT,"api":PORT,"pid":PID}`.
 */
export async function nodeCommand({ config, exitWithParent = false }: NodeFlags, options: RunOptions): Promise<void> {
  process.on('uncaughtException', (error) => fail(error));
  // Nobody may read what we print: that must not end the node.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  if (exitWithParent) {
    followParent();
  }

  let running: RunningNode | undefined;
  let isStopping = false;
  const stop = () => {
    if (isStopping) {
      return;
    }
    isStopping = true;
    setTimeout(() => fail(new Error(`did not stop within ${stopWithinMs} ms`)), stopWithinMs).unref();
    void (running?.stop() ?? Promise.resolve()).then(() => process.exit(exitCode.done), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    running = await runNode(readConfiguration(config), options);
    process.stdout.write(
      `${JSON.stringify({ event: 'listening', p2p: running.p2pPort, api: running.apiPort, pid: process.pid })}\n`,
    );
  } catch (error) {
    fail(error);
  }
}

/** Nothing may outlive its killed parent, so the end of the pipe from it is the end of this process. */
function followParent(): void {
  const end = () => process.exit(exitCode.orphaned);
  process.stdin.on('end', end).on('close', end).on('error', end).resume();
  if (process.connected) {
    process.on('disconnect', end);
  }
}

function fail(error: unknown): never {
  process.stderr.write(
    linesFor(error)
      .map((line) => `qflow: ${line}\n`)
      .join(''),
  );
  process.exit(codeFor(error));
}

/** What a user can mend says how in its message; for the rest it also says where in the program. */
function linesFor(error: unknown): string[] {
  if (!(error instanceof Error)) {
    return [`failed: ${error}`];
  }
  const isForUsers = [ConfigurationInvalid, StorageCorrupt, StorageFailed, CannotListen, DataDirectoryInUse].some(
    (kind) => error instanceof kind,
  );
  const [, where] = /\n\s+(at .*)/.exec(error.stack ?? '') ?? [];
  return isForUsers ? error.message.split('\n') : [`failed: ${error.message.replaceAll('\n', ' ')} (${where})`];
}

function codeFor(error: unknown): number {
  if (error instanceof ConfigurationInvalid) {
    return exitCode.misuse;
  }
  return error instanceof StorageCorrupt ? exitCode.corruptLog : exitCode.failed;
}
