import { randomBytes } from 'node:crypto';
import { join, relative } from 'node:path';
import { type ChaosTestConfig, ChaosTestSuite, Misuse } from '@qflow/chaos';
import type { Leftover } from '@qflow/environments';
import { consoleReporter, type ReportFile } from '@qflow/report';
import type { Catalogues } from '../catalogues.ts';
import type { RunFlags } from '../flags.ts';
import type { Io } from '../io.ts';
import { listen } from '../run/interruption.ts';
import { describeLeftover, leftoversOf, undoLeftovers } from '../run/leftovers.ts';
import { plan } from '../run/plan.ts';
import { resolveRequest } from '../run/request.ts';
import { runDirectory } from '../run/run-directory.ts';
import { runPlace } from '../run/run-place.ts';
import { version } from '../version.ts';

/** Runs the experiments and writes what came of them. Resolves with the exit code. @throws Misuse before anything is started */
export async function run(names: readonly string[], flags: RunFlags, io: Io, catalogues: Catalogues): Promise<number> {
  const request = resolveRequest(names, flags, io, catalogues);
  const { experiments, environment, target, seed } = request;
  const runId = newRunId();
  const directory = runDirectory(request.out ?? join('results', runId), io.workingDirectory);
  if (flags.dryRun === true) {
    io.out(await plan(request));
    return 0;
  }

  const { fileLever, stateDirectory } = await import('@qflow/environments');
  const lever = fileLever(stateDirectory(io.environment));
  const halt = lever.halted();
  if (halt !== null) {
    io.error(
      `qflow-chaos: halted since ${halt.at}: ${halt.reason}. Nothing was started; "qflow-chaos resume" lifts it\n`,
    );
    return 4;
  }
  const leftovers = environment.name === 'simulation' ? [] : await leftoversOf(io);
  if (leftovers.length > 0 && flags.recover !== true) {
    throw new Misuse('--recover', refusal(leftovers));
  }
  const console = consoleReporter({ write: io.out, columns: io.columns, colors: io.colors });
  const interruption = listen(io, console.note);
  try {
    if (!(await undoLeftovers(leftovers, false, console.note))) return 5;
    directory.create();
    console.note(
      `Qflow Chaos ${version()}: ${experiments.length} ${experiments.length === 1 ? 'experiment' : 'experiments'} with ${target.name} ${target.version} on ${environment.name}, seed ${seed}`,
    );

    for (const warning of warningsOf(request.settings)) console.note(warning);

    const suite = new ChaosTestSuite({
      ...request,
      catalogue: experiments,
      names: [],
      runId,
      version: version(),
      lever,
      place: runPlace({ directory, hasProcesses: environment.name !== 'simulation' }),
      reporters: [console],
      signal: interruption.signal,
    });
    const result = await suite.run();

    const files = request.formats.flatMap((format) => format.render(result));
    for (const file of files) directory.write(file);
    io.out(`Results: ${whereOf(directory.path, files, io.workingDirectory)}\n`);
    return result.exitCode;
  } finally {
    interruption.stopListening();
  }
}

/** What is switched off that would protect the target. */
function warningsOf({ safetyChecks, autoRecovery }: ChaosTestConfig): readonly string[] {
  return [
    ...(safetyChecks
      ? []
      : [
          'Warning: safetyChecks is off: no stop condition ends a run that goes wrong. Blast radius and undo journal stay on.',
        ]),
    ...(autoRecovery
      ? []
      : ['Warning: autoRecovery is off: harm stays until the cluster is ended. Undo journal and watchdog stay on.']),
  ];
}

/** One line with the remedy; the first leftover stands for all. */
function refusal(leftovers: readonly Leftover[]): string {
  const more = leftovers.length > 1 ? `, and ${leftovers.length - 1} more` : '';
  return `an earlier run left something on this machine: ${describeLeftover(leftovers[0]!)}${more}. Run "qflow-chaos recover" first, or add --recover`;
}

/** The result first; short where the run's directory is within the working directory. */
function whereOf(path: string, files: readonly ReportFile[], workingDirectory: string): string {
  const within = relative(workingDirectory, path);
  const shown = within.startsWith('..') ? path : within;
  return files
    .map(({ name }) => join(shown, name))
    .reverse()
    .join(', ');
}

/** Sorts by time, and is no other run's. */
function newRunId(): string {
  const now = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${now}-${randomBytes(3).toString('hex')}`;
}
