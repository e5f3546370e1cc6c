import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { ProcessIdentity } from '@qflow/chaos';
import { identityOf } from './identity.ts';
import { markVariable } from './marked-processes.ts';

/** A process that the framework started. */
export interface SpawnedProcess {
  readonly identity: ProcessIdentity;
  readonly child: ChildProcess;
  /** Resolves once it has ended. Never rejects. */
  readonly exited: Promise<ProcessExit>;
}

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnRequest {
  readonly executable: string;
  readonly arguments: readonly string[];
  /** Added to the few variables that every program may expect; nothing else of ours is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** The deployment that the process belongs to and ends with; absent for one that has to outlive it. */
  readonly mark?: string;
  readonly stdio: NonNullable<SpawnOptions['stdio']>;
}

/** A program that cannot be started. */
export class SpawnFailed extends Error {
  override readonly name = 'SpawnFailed';
  readonly code: string;

  constructor(executable: string, code: string) {
    super(`Cannot start ${executable}: ${code}`);
    this.code = code;
  }
}

/**
 * Starts a program without a shell, in a session of its own: Ctrl-C reaches the framework alone, which heals and then
 * ends what it started.
 * @throws SpawnFailed
 */
export async function spawnProcess(request: SpawnRequest): Promise<SpawnedProcess> {
  const child = spawn(request.executable, request.arguments, {
    stdio: request.stdio,
    detached: true,
    env: {
      ...inherited(),
      ...request.environment,
      ...(request.mark === undefined ? {} : { [markVariable]: request.mark }),
    },
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  // Without a pid the 'error' event is still to come; later ones, such as a signal not delivered, change nothing.
  if (child.pid === undefined) {
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => child.once('error', resolve));
    throw new SpawnFailed(request.executable, error.code ?? error.message);
  }
  child.on('error', () => undefined);
  const identity = identityOf(child.pid);
  if (identity === null) {
    throw new SpawnFailed(request.executable, 'it was gone at once');
  }
  return { identity, child, exited };
}

function inherited(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
