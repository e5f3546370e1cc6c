import { Command, CommanderError } from 'commander';
import type { Catalogues } from './catalogues.ts';
import type { RecoverFlags } from './commands/recover.ts';
import { addRunFlags, plainSwitch, type RunFlags } from './flags.ts';
import type { Io } from './io.ts';
import { suggestion } from './nearest.ts';
import { version } from './version.ts';

/** Exit codes that are not a run's own verdict. */
export const exitCodes = { done: 0, misuse: 2, brokenTool: 70 } as const;

const help = `
Examples:
  $ qflow-chaos run --quick                          a first look, at most a minute
  $ qflow-chaos run nodes                            a whole suite
  $ qflow-chaos run nodes/leader-failure --seed 42   one experiment
  $ qflow-chaos run nodes --env simulation           on virtual time: one seed gives one run
  $ qflow-chaos run nodes --dry-run                  what would be done
  $ qflow-chaos halt "customers complain"            stop every run on this machine; resume lifts it
  $ qflow-chaos recover                              undo whatever a killed run left

Exit codes:
  0 all passed · 1 an experiment failed · 2 misuse · 3 nothing failed, but something was inconclusive
  4 aborted for safety · 5 something was left behind · 130, 143 after Ctrl-C, SIGTERM (healed first)
`;

/**
 * The `qflow-chaos` command. Resolves with its exit code; never throws. Everything heavy is loaded only by what needs it.
 * `load` brings the catalogues, which a test may replace.
 */
export async function main(
  argumentsGiven: readonly string[],
  io: Io,
  load: () => Promise<Catalogues> = async () => (await import('./catalogues.ts')).catalogues(),
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = programOf(io, {
    run: async (names, flags) => {
      const { run } = await import('./commands/run.ts');
      exitCode = await run(names, flags, io, await load());
    },
    recover: async (directories, flags) => {
      const { recover } = await import('./commands/recover.ts');
      exitCode = await recover(directories, flags, io);
    },
    halt: async (reason) => (await import('./commands/halt.ts')).halt(reason, io),
    resume: async () => (await import('./commands/halt.ts')).resume(io),
    list: async () => {
      const { list } = await import('./commands/list.ts');
      list(await load(), io);
    },
  });

  try {
    const plain = argumentsGiven.map((argument) => {
      const value = plainSwitch(argument);
      if ('argument' in value) return value.argument;
      throw new WrongValue(`${value.flag} takes true or false, not "${value.bad}"`);
    });
    await program.parseAsync(plain, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    return report(thrown, program, io);
  }
}

class WrongValue extends Error {
  override readonly name = 'Misuse';
}

interface Actions {
  run(names: readonly string[], flags: RunFlags): Promise<void>;
  recover(directories: readonly string[], flags: RecoverFlags): Promise<void>;
  halt(reason: string | undefined): Promise<void>;
  resume(): Promise<void>;
  list(): Promise<void>;
}

function programOf(io: Io, actions: Actions): Command {
  const program = new Command('qflow-chaos')
    .description('Harms a distributed system for real, and says from the recorded history whether it survived.')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .addHelpText('after', help)
    // Misuse is one line of our own, with the nearest valid name.
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => undefined, getOutHasColors: () => io.colors })
    .showSuggestionAfterError(false)
    .exitOverride();

  const run = program
    .command('run')
    .description('run experiments and judge them')
    .argument('[names...]', 'suites (nodes) or experiments (nodes/leader-failure); all when none is named')
    .action((names: string[], flags: RunFlags) => actions.run(names, flags));
  addRunFlags(run);

  program
    .command('recover')
    .description('undo whatever earlier runs left on this machine')
    .argument('[directories...]', "only what lies in these; a run's journals there count without its record too")
    .option('--check', 'only list what is left; exit with 5 when something is')
    .option('--force', 'give up what cannot be undone or verified, and say what that is')
    .action((directories: string[], flags: RecoverFlags) => actions.recover(directories, flags));

  program
    .command('halt')
    .description('stop every run on this machine, which heals first, and block new ones')
    .argument('[reason]', 'what those read whose runs are stopped')
    .action((reason?: string) => actions.halt(reason));
  program
    .command('resume')
    .description('let runs start again after a halt')
    .action(() => actions.resume());

  program
    .command('list')
    .description('list the experiments, each with its question')
    .action(() => actions.list());

  return program;
}

/** One line that says what went wrong, and the exit code for it. */
function report(thrown: unknown, program: Command, io: Io): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;

  if (thrown instanceof CommanderError) {
    io.error(`qflow-chaos: ${misuseOf(thrown, program)}\n`);
    return exitCodes.misuse;
  }
  if (thrown instanceof Error && thrown.name === 'Misuse') {
    io.error(`qflow-chaos: ${thrown.message.replace(/\s*\n\s*/g, ' ')}\n`);
    return exitCodes.misuse;
  }
  io.error(`qflow-chaos broke down: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
  return exitCodes.brokenTool;
}

function misuseOf(error: CommanderError, program: Command): string {
  const [, quoted = ''] = /'([^']*)'/.exec(error.message) ?? [];
  const flags = program.commands
    .flatMap(({ options }) => options.map(({ long }) => long ?? ''))
    .concat('--help', '--version');

  switch (error.code) {
    case 'commander.help':
      return 'no command given; try qflow-chaos --help';
    case 'commander.unknownOption':
      return `unknown flag ${quoted}${suggestion(quoted.split('=')[0] ?? quoted, flags)}`;
    case 'commander.unknownCommand':
      return `unknown command "${quoted}"${suggestion(
        quoted,
        program.commands.map((command) => command.name()),
      )}`;
    case 'commander.optionMissingArgument':
      return `${quoted.split(' ')[0]} needs a value`;
    case 'commander.excessArguments':
      return `${error.message.replace(/^error: /, '').replace(/\.$/, '')}; try qflow-chaos --help`;
    default:
      return error.message.replace(/^error: /, '');
  }
}
