import { parseArgs } from 'node:util';
import type { Json } from '../history/history.ts';
import { LEVELS, type Level } from '../transactions/levels.ts';
import { checkerNames } from './checkers.ts';

/** The command was called in a way that makes no sense: exit code 2, and one line that says what to do. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

export interface CheckArguments {
  readonly model: string;
  readonly files: readonly string[];
  readonly initial: Json | undefined;
  readonly level: Level;
  readonly nullRead: 'absent' | 'unknown';
  readonly refusedCas: 'nothing' | 'differs';
  readonly timeoutMs: number | undefined;
  readonly json: boolean;
  readonly explain: boolean;
  readonly svg: string | undefined;
}

export const USAGE = `Usage: qflow-check MODEL FILE... [options]

Judges recorded histories: JSON lines or Jepsen's EDN, plain or gzip.

MODEL is one of ${checkerNames().join(', ')}

  --initial VALUE        what a register or counter holds at first, the total of a bank (JSON)
  --level LEVEL          what transactions must keep: ${LEVELS.join(', ')} (the last by default)
  --null-read HOW        a read of null is the answer "absent" (default) or "unknown"
  --refused-cas HOW      a refused compare-and-set tells "nothing" (default) or that the value "differs"
  --timeout TIME         time for each file: 30 and 30s are seconds, 5m minutes, 1500ms milliseconds
  --json                 one JSON object a line
  --explain              the evidence below each fail
  --svg FILE             a picture of the first fail
  --help                 this text

Exit code: 0 pass, 1 fail, 2 misuse, 3 inconclusive.
`;

export function argumentsOf(argv: readonly string[]): CheckArguments | 'help' {
  const { values, positionals } = parsed(argv);
  if (values.help) return 'help';
  const [model, ...files] = positionals;
  if (model === undefined) throw new Misuse('no model given; see qflow-check --help');
  if (!checkerNames().includes(model)) {
    throw new Misuse(`there is no model "${model}"; choose one of ${checkerNames().join(', ')}`);
  }
  if (files.length === 0) throw new Misuse('no file given; name at least one history');

  return {
    model,
    files,
    initial: values.initial === undefined ? undefined : jsonOrText(values.initial),
    level: oneOf('--level', values.level ?? 'strict-serializable', LEVELS),
    nullRead: oneOf('--null-read', values['null-read'] ?? 'absent', ['absent', 'unknown'] as const),
    refusedCas: oneOf('--refused-cas', values['refused-cas'] ?? 'nothing', ['nothing', 'differs'] as const),
    timeoutMs: values.timeout === undefined ? undefined : durationMs(values.timeout),
    json: values.json ?? false,
    explain: values.explain ?? false,
    svg: values.svg,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        initial: { type: 'string' },
        level: { type: 'string' },
        'null-read': { type: 'string' },
        'refused-cas': { type: 'string' },
        timeout: { type: 'string' },
        json: { type: 'boolean' },
        explain: { type: 'boolean' },
        svg: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (problem) {
    throw new Misuse(`${(problem as Error).message.split('\n')[0]}; see qflow-check --help`);
  }
}

function oneOf<const Choice extends string>(flag: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Misuse(`${flag} must be one of ${choices.join(', ')}, not "${value}"`);
  return found;
}

function durationMs(text: string): number {
  const [, size, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
  const ms = size === undefined ? 0 : Number(size) * factor;
  if (ms <= 0) throw new Misuse(`--timeout must be a time above 0 such as 30s, 5m or 1500ms, not "${text}"`);
  return ms;
}

/** JSON where it is some, else the text as it stands, so that `--initial idle` needs no quotes. */
function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
