import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Problem, problemsOf } from '../validation/problem.ts';
import { type NodeConfiguration, nodeConfiguration } from './configuration.ts';

/** A configuration that cannot be used. The message has one line for each problem, naming the file and the field. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${source}: ${path === '' ? '' : `${path} `}${message}`).join('\n'));
    this.problems = problems;
  }
}

/** Reads and validates a node's configuration file; its paths become absolute. @throws ConfigurationInvalid */
export function readConfiguration(path: string): NodeConfiguration {
  const configuration = checkConfiguration(parse(path), path);
  const base = dirname(resolve(path));
  return {
    ...configuration,
    dataDirectory: resolve(base, configuration.dataDirectory),
    eventsFile: resolve(base, configuration.eventsFile),
  };
}

/** @throws ConfigurationInvalid naming `source` */
export function checkConfiguration(value: unknown, source: string): NodeConfiguration {
  const checked = nodeConfiguration.safeParse(value, { reportInput: false });
  if (!checked.success) {
    throw new ConfigurationInvalid(source, problemsOf(checked.error));
  }
  return checked.data;
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigurationInvalid(path, [
      { path: '', message: code === 'ENOENT' ? 'does not exist' : `cannot be read: ${code}` },
    ]);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigurationInvalid(path, [{ path: '', message: `is no JSON: ${(error as Error).message}` }]);
  }
}
