import { type Command, Option } from 'commander';

/** What `run` was asked on the command line. Absent: not said there. */
export interface RunFlags {
  readonly quick?: true;
  readonly env?: string;
  readonly target?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly config?: string;
  readonly report?: string;
  readonly strict?: true;
  readonly dryRun?: true;
  readonly recover?: true;

  readonly failureRate?: string;
  readonly duration?: string;
  readonly intensity?: string;
  readonly blastRadius?: string;
  readonly safetyChecks?: boolean;
  readonly autoRecovery?: boolean;
  readonly metricsCollection?: boolean;
}

/** Names of the settings that are switches: `--no-NAME` and `--NAME=false` turn one off. */
const switches = [
  ['safety-checks', 'check the blast radius, and heal and abort at a stop condition'],
  ['auto-recovery', 'heal on its own after the harm'],
  ['metrics-collection', 'collect metrics and the series for charts'],
] as const;

export function addRunFlags(run: Command): void {
  const option = (flags: string, description: string): void => void run.addOption(new Option(flags, description));

  run.optionsGroup('What to run:');
  option('--quick', 'a short set with experiments of every suite, at most a minute');
  option('--env <name>', 'where: processes (real ones, the default) or simulation (virtual time)');
  option('--target <name>', 'which system (default: qflow)');
  option('--seed <number>', 'draws every choice; the same seed in simulation gives the same run (default: drawn)');
  option('--config <file>', 'YAML or JSON with the same settings; flag over variable over file over default');
  option('--dry-run', 'show what would be done, to whom and how hard; start nothing');

  option('--recover', 'first undo whatever earlier runs left on this machine, instead of refusing to start');

  run.optionsGroup('How hard:');
  option('--failure-rate <share>', 'probability from 0 to 1 that a repeated chance for harm is used (0.1)');
  option('--duration <time>', "length of each experiment's harm: 300, 90s, 5m, 1500ms; a bare number is seconds");
  option('--intensity <share>', 'how hard, from 0 to 1; 0.5 is what the experiments were designed for (0.5)');
  option('--blast-radius <share>', 'greatest share of nodes harmed at once, a ceiling from 0 to 1');
  for (const [name, description] of switches) {
    option(`--${name}`, `${description} (on; --no-${name} turns it off)`);
    run.addOption(new Option(`--no-${name}`).hideHelp());
  }

  run.optionsGroup('What to do with the result:');
  option('--out <directory>', 'where result.json, reports, histories and logs go (default: results/<run>)');
  option('--report <formats>', 'of html, junit, markdown, csv, with commas between; JSON is always written (html)');
  option('--strict', 'exit with 3, not 0, when an experiment could not run here');
}

/** A switch with a value, or the value that is none. */
export type SwitchValue = { readonly argument: string } | { readonly flag: string; readonly bad: string };

/** `--safety-checks=false` as the plain flag that it means; other arguments as they are. */
export function plainSwitch(argument: string): SwitchValue {
  const found = switches.find(([name]) => argument.startsWith(`--${name}=`));
  if (found === undefined) return { argument };

  const [name] = found;
  const value = argument.slice(`--${name}=`.length);
  if (value === 'true') return { argument: `--${name}` };
  if (value === 'false') return { argument: `--no-${name}` };
  return { flag: `--${name}`, bad: value };
}
