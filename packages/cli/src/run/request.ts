import { randomInt } from 'node:crypto';
import {
  type ChaosTestConfig,
  categoryOfSuite,
  choose,
  type Environment,
  type Experiment,
  Misuse,
  parseDuration,
  resolveSettings,
  suiteOf,
  type Target,
} from '@qflow/chaos';
import { formats, type ReportFormat } from '@qflow/report';
import type { Catalogues } from '../catalogues.ts';
import { readConfiguration } from '../configuration/read.ts';
import { type Configuration, settingNames } from '../configuration/schema.ts';
import type { RunFlags } from '../flags.ts';
import type { Io } from '../io.ts';
import { suggestion } from '../nearest.ts';

/** What is to be run, all of it resolved and known to exist. */
export interface RunRequest {
  readonly experiments: readonly Experiment[];
  readonly environment: Environment;
  /** The other environments, which may offer what this one does not. */
  readonly elsewhere: readonly Environment[];
  readonly target: Target;
  readonly settings: ChaosTestConfig;
  readonly seed: number;
  readonly formats: readonly ReportFormat[];
  readonly strict: boolean;
  /** Absent: a directory of the run's own under `results/`. */
  readonly out?: string;
}

const greatestSeed = 0xffff_ffff;

/** Flag over variable over file over default. Starts nothing and makes nothing. @throws Misuse */
export function resolveRequest(
  names: readonly string[],
  flags: RunFlags,
  io: Pick<Io, 'environment' | 'workingDirectory'>,
  catalogues: Catalogues,
): RunRequest {
  if (flags.quick === true && names.length > 0) {
    throw new Misuse('--quick', '--quick chooses the experiments itself; leave out the flag or the names');
  }
  const file = flags.config === undefined ? {} : readConfiguration(flags.config, io.workingDirectory);
  const out = flags.out ?? file.out;
  if (out === '') throw new Misuse('--out', '--out needs the name of a directory');

  const environment = flags.env ?? file.environment ?? 'processes';
  const { environments, targets } = catalogues;
  return {
    experiments:
      flags.quick === true
        ? catalogues.quickSet
        : chosen(catalogues.experiments, names.length > 0 ? names : (file.experiments ?? [])),
    environment: named('environment', environment, environments),
    elsewhere: Object.entries(environments).flatMap(([name, make]) => (name === environment ? [] : [make()])),
    target: named('target', flags.target ?? file.target ?? 'qflow', targets),
    settings: settingsOf(flags, io.environment, file),
    seed: flags.seed === undefined ? (file.seed ?? randomInt(greatestSeed + 1)) : seedOf(flags.seed),
    formats: formatsOf(flags.report?.split(',') ?? file.report ?? ['html']),
    strict: flags.strict ?? file.strict ?? false,
    ...(out === undefined ? {} : { out }),
  };
}

function chosen(experiments: readonly Experiment[], names: readonly string[]): readonly Experiment[] {
  const suites = experiments.map(suiteOf);
  const empty = names.find((name) => Object.hasOwn(categoryOfSuite, name) && !suites.includes(name));
  if (empty === undefined) return choose(experiments, names);
  throw new Misuse(empty, `there is no experiment in the suite "${empty}" yet; see qflow-chaos list`);
}

function named<Value>(
  kind: string,
  name: string,
  catalogue: Readonly<Record<string, (() => Value) | undefined>>,
): Value {
  const make = Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (make !== undefined) return make();
  const known = Object.keys(catalogue);
  throw new Misuse(
    name,
    `there is no ${kind} "${name}"${suggestion(name, known) || `; known are ${known.join(', ')}`}`,
  );
}

function settingsOf(flags: RunFlags, variables: Io['environment'], file: Configuration): ChaosTestConfig {
  const { failureRate, duration, intensity, blastRadius, safetyChecks, autoRecovery, metricsCollection } = flags;
  const asked = { failureRate, duration, intensity, blastRadius, safetyChecks, autoRecovery, metricsCollection };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);

  const inFile: Record<string, unknown> = Object.fromEntries(
    Object.entries(file).filter(([name]) => settingNames.includes(name)),
  );
  if (typeof file.duration === 'string') inFile.duration = parseDuration(file.duration, 'ms');

  return resolveSettings({
    flags: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    variables,
    file: { path: flags.config ?? '--config', settings: inFile },
  });
}

function seedOf(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= greatestSeed) return seed;
  throw new Misuse('--seed', `--seed is "${text}"; allowed is a whole number from 0 to ${greatestSeed}`);
}

/** JSON is always written, and last: a directory that has it holds a whole run. */
function formatsOf(names: readonly string[]): readonly ReportFormat[] {
  const known = formats.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new Misuse(
      '--report',
      `there is no report format "${name}"${suggestion(name, known) || `; known are ${known.join(', ')}`}`,
    );
  }
  const isJson = ({ name }: ReportFormat) => name === 'json';
  return [...formats.filter((format) => !isJson(format) && names.includes(format.name)), ...formats.filter(isJson)];
}
