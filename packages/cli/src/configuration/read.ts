import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { Misuse } from '@qflow/chaos';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { suggestion } from '../nearest.ts';
import { type Configuration, configurationSchema } from './schema.ts';

/**
 * Reads and checks a configuration file; JSON is read as the YAML that it is.
 * @throws Misuse with the file, line and column of what is wrong
 */
export function readConfiguration(file: string, workingDirectory: string): Configuration {
  if (!['.yaml', '.yml', '.json'].includes(extname(file))) {
    throw new Misuse('--config', `--config ${file}: must be a .yaml, .yml or .json file`);
  }

  const lines = new LineCounter();
  const document = parseDocument(textOf(file, workingDirectory), { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };

  const broken = document.errors[0];
  if (broken !== undefined) throw new Misuse(file, `${place(broken.pos[0])}: ${broken.message}`);

  const said = toValue(document, file);
  const checked = configurationSchema.safeParse(said);
  // What was read, not what was parsed: parsing fills in defaults, which stand under the variables.
  if (checked.success) return said as Configuration;

  const [issue] = checked.error.issues;
  if (issue === undefined) throw checked.error;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const near = suggestion(key, Object.keys(configurationSchema.shape));
    throw new Misuse(file, `${place(offsetOfKey(document, key))}: unknown setting "${key}"${near}`);
  }
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const name = path.length > 0 ? path.join('.') : 'the configuration';
  throw new Misuse(file, `${place(offsetOf(document, path))}: ${name}: ${issue.message}`);
}

/** An empty file says nothing, which is allowed. */
function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (thrown) {
    throw new Misuse(file, `${file}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function textOf(file: string, workingDirectory: string): string {
  try {
    return readFileSync(resolve(workingDirectory, file), 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'no permission to read it', EISDIR: 'it is a directory' };
    throw new Misuse('--config', `--config ${file}: ${why[code as keyof typeof why] ?? String(thrown)}`);
  }
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  const node: unknown = path.length > 0 ? document.getIn(path, true) : document.contents;
  return hasRange(node) ? node.range[0] : 0;
}

function offsetOfKey(document: Document.Parsed, key: string): number {
  if (!isMap(document.contents)) return 0;
  const pair = document.contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  return hasRange(pair?.key) ? pair.key.range[0] : 0;
}

const hasRange = (node: unknown): node is { readonly range: readonly [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
