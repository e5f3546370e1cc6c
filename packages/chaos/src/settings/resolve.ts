import { parseDuration } from './duration.ts';
import { Misuse } from './misuse.ts';
import { nearest } from './nearest.ts';
import { type ChaosTestConfig, settingsSchema } from './settings.ts';

type Name = keyof ChaosTestConfig;

/** Where each setting comes from on the command line and in the environment. */
const sources: Readonly<Record<Name, { readonly flag: string; readonly variable: string; readonly allowed: string }>> =
  {
    failureRate: { flag: '--failure-rate', variable: 'CHAOS_FAILURE_RATE', allowed: 'a number from 0 to 1' },
    duration: { flag: '--duration', variable: 'CHAOS_DURATION', allowed: 'a time above 0' },
    intensity: { flag: '--intensity', variable: 'CHAOS_INTENSITY', allowed: 'a number from 0 to 1' },
    blastRadius: { flag: '--blast-radius', variable: 'CHAOS_BLAST_RADIUS', allowed: 'a number from 0 to 1' },
    safetyChecks: { flag: '--safety-checks', variable: 'CHAOS_SAFETY_CHECKS', allowed: 'true or false' },
    autoRecovery: { flag: '--auto-recovery', variable: 'CHAOS_AUTO_RECOVERY', allowed: 'true or false' },
    metricsCollection: { flag: '--metrics-collection', variable: 'CHAOS_METRICS_COLLECTION', allowed: 'true or false' },
  };

const names = Object.keys(sources) as readonly Name[];
const switches: ReadonlySet<Name> = new Set(['safetyChecks', 'autoRecovery', 'metricsCollection']);

export interface SettingSources {
  /** Values of flags by the setting's name, as text: `{ failureRate: '0.2' }`. A bare `--duration` counts seconds. */
  readonly flags?: Readonly<Partial<Record<Name, string>>>;
  /** The process's environment variables; only those that begin with `CHAOS_` are read. CHAOS_DURATION counts milliseconds. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** What a configuration file says, with its name for messages. */
  readonly file?: { readonly path: string; readonly settings: unknown };
}

/** Flag over variable over file over default. @throws Misuse naming the source, the value and what is allowed */
export function resolveSettings({ flags = {}, variables = {}, file }: SettingSources): ChaosTestConfig {
  refuseUnknownVariables(variables);
  const chosen: Record<string, unknown> = file === undefined ? {} : fromFile(file.path, file.settings);
  for (const name of names) {
    const { flag, variable } = sources[name];
    const inFlags = flags[name];
    const inVariables = variables[variable];
    if (inFlags !== undefined) chosen[name] = fromText(name, inFlags, flag, 's');
    else if (inVariables !== undefined) chosen[name] = fromText(name, inVariables, variable, 'ms');
  }
  return settingsSchema.parse(chosen);
}

function fromText(name: Name, text: string, where: string, bareUnit: 's' | 'ms'): unknown {
  const value = parsed(name, text, bareUnit);
  if (value !== null && settingsSchema.safeParse({ [name]: value }).success) return value;
  const { allowed } = sources[name];
  const examples =
    name === 'duration'
      ? ` (such as 90s, 5m or 1500ms; a bare number counts ${bareUnit === 's' ? 'seconds' : 'milliseconds'})`
      : '';
  throw new Misuse(where, `${where} is "${text}"; allowed is ${allowed}${examples}.`);
}

function parsed(name: Name, text: string, bareUnit: 's' | 'ms'): unknown {
  if (name === 'duration') return parseDuration(text, bareUnit);
  if (switches.has(name)) return text === 'true' ? true : text === 'false' ? false : null;
  // Number('') and Number(' ') are 0, which nobody means.
  return /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : null;
}

function fromFile(path: string, settings: unknown): Record<string, unknown> {
  const checked = settingsSchema.partial().safeParse(settings);
  if (checked.success) return definedOnly(settings as Record<string, unknown>);
  const [issue] = checked.error.issues;
  const field = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const [unknown] = issue.keys;
    throw new Misuse(path, `${path}: there is no setting "${unknown}".${suggestion(unknown ?? '', names)}`);
  }
  const allowed = field in sources ? sources[field as Name].allowed : 'an object of settings';
  const value = field === '' ? settings : (settings as Record<string, unknown>)[field];
  throw new Misuse(path, `${path}: ${field || 'the settings'} is ${JSON.stringify(value)}; allowed is ${allowed}.`);
}

const definedOnly = (settings: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

/** A variable that looks like a setting and is none is a typing error, and would be ignored without a word. */
function refuseUnknownVariables(variables: NonNullable<SettingSources['variables']>): void {
  const known = names.map((name) => sources[name].variable);
  for (const variable of Object.keys(variables)) {
    if (!variable.startsWith('CHAOS_') || known.includes(variable)) continue;
    throw new Misuse(variable, `${variable} is not a setting of Qflow Chaos.${suggestion(variable, known)}`);
  }
}

function suggestion(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  return guess === undefined ? ` Known are ${candidates.join(', ')}.` : ` Did you mean ${guess}?`;
}
