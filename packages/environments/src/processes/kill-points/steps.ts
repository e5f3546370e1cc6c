import childProcess from 'node:child_process';
import fsPromises, { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** What a process does to the world, counted: each step is the instant before or after one effect. */
export interface Steps {
  /** Counts what comes from now on. At the step `killAt`, from 1, this process ends itself with SIGKILL. */
  begin(killAt: number): void;
  /** No step is counted any more. */
  end(): void;
  /** Two steps around something that effects are part of. */
  around<Value>(name: string, work: () => Promise<Value>): Promise<Value>;
  /** One step. */
  pass(name: string): void;
  readonly taken: readonly Step[];
}

export interface Step {
  readonly name: string;
  /** Whether something was done to the world since the step before. */
  readonly isNew: boolean;
}

/** Effects of Node's own: who does them, and what each is called. */
const fileEffects = ['writeFile', 'rename', 'rm', 'mkdir'] as const;
const handleEffects = ['appendFile', 'writeFile', 'datasync'] as const;

/**
 * Counts from below, so that no step can be forgotten: every program started, signal sent, file written and synced passes
 * here, whoever asks for it.
 * @param anyFile an existing file, to get hold of the class of open files
 * @param lastDeed what is done in the instant before the death
 */
export async function countSteps(anyFile: string, lastDeed: (spawned: readonly number[]) => void): Promise<Steps> {
  const taken: Step[] = [];
  const watchdogs: number[] = [];
  let killAt = Number.POSITIVE_INFINITY;
  let isCounting = false;
  let isNew = true;
  const kill = process.kill.bind(process);

  function pass(name: string): void {
    if (!isCounting) {
      return;
    }
    taken.push({ name, isNew });
    isNew = false;
    if (taken.length === killAt) {
      lastDeed(watchdogs);
      kill(process.pid, 'SIGKILL');
      // The signal is on its way, and nothing may happen until it is here.
      for (;;);
    }
  }

  async function around<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
    pass(`before ${name}`);
    try {
      return await work();
    } finally {
      pass(`after ${name}`);
    }
  }

  const effect = <Value>(name: string, work: () => Promise<Value>): Promise<Value> =>
    around(name, async () => {
      isNew = true;
      return work();
    });

  process.kill = (pid: number, name?: NodeJS.Signals | number) => {
    pass(`before signal ${name}`);
    isNew = true;
    kill(pid, name);
    pass(`after signal ${name}`);
    return true;
  };

  const spawn = childProcess.spawn as (...given: readonly unknown[]) => childProcess.ChildProcess;
  childProcess.spawn = ((executable: string, words: readonly string[], options: object) => {
    const name =
      words
        .find((word) => word.endsWith('main.js'))
        ?.split('/')
        .at(-2) ?? executable;
    pass(`before spawn ${name}`);
    isNew = true;
    const child = spawn(executable, words, options);
    if (name === 'watchdog') {
      watchdogs.push(child.pid!);
    }
    pass(`after spawn ${name}`);
    return child;
  }) as typeof childProcess.spawn;

  const file = await open(anyFile);
  await file.close();
  wrap(Object.getPrototypeOf(file), handleEffects);
  wrap(fsPromises, fileEffects);
  syncBuiltinESMExports();

  function wrap<Name extends string>(owner: Record<Name, unknown>, names: readonly Name[]): void {
    for (const name of names) {
      const original = owner[name] as (...given: unknown[]) => Promise<unknown>;
      owner[name] = function (this: unknown, ...given: unknown[]) {
        return effect([name, ...entriesIn(given[0])].join(' '), () => original.apply(this, given));
      };
    }
  }

  return {
    taken,
    pass,
    around,
    begin(at) {
      killAt = at;
      isCounting = true;
    },
    end() {
      isCounting = false;
    },
  };
}

/** Which entries of a journal these lines are, if they are any. */
const entriesIn = (lines: unknown): readonly string[] =>
  typeof lines === 'string' ? [...lines.matchAll(/"(?:entry|undo)":"([a-z.]+)"/g)].map(([, name = '']) => name) : [];
