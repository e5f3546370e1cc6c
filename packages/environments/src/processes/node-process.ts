import { closeSync, createWriteStream, openSync, readFileSync } from 'node:fs';
import type {
  ClusterNode,
  CommandSpecification,
  Journal,
  Listening,
  ProcessIdentity,
  ProcessState,
} from '@qflow/chaos';
import { stateOf } from '../host/identity.ts';
import { NodeDidNotStart, NodeIsUp } from '../host/refusals.ts';
import { type ProcessExit, type SpawnedProcess, spawnProcess } from '../host/spawned-process.ts';

/** One node of the cluster, in as many lives as it is started. */
export interface NodeProcess {
  readonly node: ClusterNode;
  readonly specification: CommandSpecification;
  /** Who its latest process is. @throws when it was never started */
  identity(): ProcessIdentity;
  state(): ProcessState;
  /** Base address of its API; null while it does not run. A paused one has its address still. */
  endpoint(): string | null;
  /** Resolves when it listens. @throws NodeDidNotStart */
  start(): Promise<void>;
  /** Resolves once its latest process has ended and all that it said is written down. */
  exited(): Promise<ProcessExit>;
}

export interface NodeProcessOptions {
  readonly node: ClusterNode;
  readonly specification: CommandSpecification;
  readonly mark: string;
  /** Its standard output and error go to `PATH.out` and `PATH.err`, of all its lives. */
  readonly logPath: string;
  /** Takes the identity of every process before `start` resolves. */
  readonly journal: { registerEnd(process: ProcessIdentity): ReturnType<Journal['write']> };
  /** Why nobody would end a process that is started now, or null. */
  uncared(): string | null;
  onListening(listening: Listening): Promise<void>;
  onExit(exit: ProcessExit): void;
}

const listensWithinMs = 20_000;

export function nodeProcess(options: NodeProcessOptions): NodeProcess {
  const { node, specification, logPath } = options;
  let latest: SpawnedProcess | null = null;
  let ended: Promise<ProcessExit> | null = null;
  let endpoint: string | null = null;

  async function start(): Promise<void> {
    if (latest !== null && stateOf(latest.identity) !== 'gone') {
      throw new NodeIsUp(node, stateOf(latest.identity));
    }
    await ended;
    const spawned = await spawn();
    // Asked once the process is there: whoever undoes everything from now on finds it.
    const uncared = options.uncared();
    if (uncared !== null) {
      spawned.child.kill('SIGKILL');
      await spawned.exited;
      throw new NodeDidNotStart(node, uncared);
    }
    latest = spawned;
    ended = spawned.exited.then((exit) => {
      endpoint = null;
      options.onExit(exit);
      return exit;
    });
    try {
      const [listening] = await Promise.all([firstListening(spawned), options.journal.registerEnd(spawned.identity)]);
      await options.onListening(listening);
      endpoint = listening.endpoint;
    } catch (error) {
      spawned.child.kill('SIGKILL');
      await ended;
      throw error;
    }
    // It may have ended meanwhile, and then it has no address.
    if (spawned.child.exitCode !== null || spawned.child.signalCode !== null) {
      endpoint = null;
    }
  }

  async function spawn(): Promise<SpawnedProcess> {
    const errors = openSync(`${logPath}.err`, 'a', 0o600);
    try {
      return await spawnProcess({
        executable: specification.executable,
        arguments: specification.arguments,
        environment: specification.environment,
        mark: options.mark,
        // The pipe on its input closes with the framework: a node may take that as the sign to end.
        stdio: ['pipe', 'pipe', errors],
      });
    } finally {
      closeSync(errors);
    }
  }

  function firstListening({ child, exited }: SpawnedProcess): Promise<Listening> {
    child.stdin?.on('error', () => undefined);
    const output = createWriteStream(`${logPath}.out`, { flags: 'a', mode: 0o600 });
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new NodeDidNotStart(node, `${why}${lastWords(`${logPath}.err`)}`));
      const silent = setTimeout(() => fail(`it did not listen within ${listensWithinMs} ms`), listensWithinMs);
      let isListening = false;
      let line = '';
      child.stdout?.setEncoding('utf8');
      child.stdout?.on('data', (text: string) => {
        output.write(text);
        if (isListening) {
          return;
        }
        const lines = (line + text).split('\n');
        line = lines.pop() ?? '';
        for (const whole of lines) {
          const listening = specification.listens(whole);
          if (listening !== null) {
            isListening = true;
            clearTimeout(silent);
            resolve(listening);
            break;
          }
        }
      });
      child.stdout?.once('close', () => output.end());
      void exited.then(({ exitCode, signal }) => {
        clearTimeout(silent);
        fail(`it ended with ${signal ?? `exit code ${exitCode}`}`);
      });
    });
  }

  return {
    node,
    specification,
    identity() {
      if (latest === null) {
        throw new Error(`${node.name} was never started`);
      }
      return latest.identity;
    },
    state: () => (latest === null ? 'gone' : stateOf(latest.identity)),
    endpoint: () => endpoint,
    start,
    exited: () => ended ?? Promise.resolve({ exitCode: null, signal: null }),
  };
}

/** The last line that it wrote, and where the others are. */
function lastWords(path: string): string {
  try {
    const said = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)?.slice(0, 300) ?? '';
    return said === '' ? '' : `; it said "${said}" (${path})`;
  } catch {
    return '';
  }
}
