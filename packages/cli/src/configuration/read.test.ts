import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfiguration } from './read.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qflow-configuration-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function reading(name: string, content: string): () => unknown {
  writeFileSync(join(directory, name), content);
  return () => readConfiguration(name, directory);
}

test('reads YAML', () => {
  const read = reading('chaos.yaml', 'failureRate: 0.2\nduration: 30s\nexperiments: [nodes]\n');

  expect(read()).toEqual({ failureRate: 0.2, duration: '30s', experiments: ['nodes'] });
});

test('reads JSON', () => {
  expect(reading('chaos.json', '{"seed": 7, "strict": true}')()).toEqual({ seed: 7, strict: true });
});

test('an empty file says nothing, and fills nothing in', () => {
  expect(reading('chaos.yaml', '# later\n')()).toEqual({});
});

test.each([
  [
    'an unknown setting',
    'seed: 1\nfailurRate: 0.2\n',
    'chaos.yaml:2:1: unknown setting "failurRate"; did you mean "failureRate"?',
  ],
  ['a value of the wrong kind', 'seed: 1\nfailureRate: often\n', /^chaos\.yaml:2:14: failureRate: .*expected number/],
  ['a value out of range', 'failureRate: 1.5\n', /^chaos\.yaml:1:14: failureRate: .*<=1/],
  [
    'a wrong entry of a list',
    'experiments:\n  - nodes\n  - 7\n',
    /^chaos\.yaml:3:5: experiments\.1: .*expected string/,
  ],
  [
    'a duration that is none',
    'duration: [1]\n',
    /^chaos\.yaml:1:11: duration: must be milliseconds, or a time such as 90s/,
  ],
  ['a list in place of settings', '- nodes\n', /^chaos\.yaml:1:1: the configuration: .*expected object/],
  ['broken YAML', 'seed: 1\nreport: [html\n', /^chaos\.yaml:3:1: /],
  ['a key that stands twice', 'seed: 1\nseed: 2\n', /^chaos\.yaml:2:1: .*unique/],
  ['an alias without its anchor', 'seed: *other\n', /^chaos\.yaml/],
])('names file, line and column of %s', (_, content, message) => {
  expect(reading('chaos.yaml', content)).toThrow(message);
  expect(reading('chaos.yaml', content)).toThrow(expect.objectContaining({ name: 'Misuse' }));
});

test('broken JSON is broken too', () => {
  expect(reading('chaos.json', '{"seed": 1')).toThrow(/^chaos\.json:1:11: /);
});

test('names a file that is not there, a directory, and a kind of file that is not read', () => {
  mkdirSync(join(directory, 'folder.yaml'));

  expect(() => readConfiguration('nowhere.yaml', directory)).toThrow('--config nowhere.yaml: there is no such file');
  expect(() => readConfiguration('folder.yaml', directory)).toThrow('--config folder.yaml: it is a directory');
  expect(() => readConfiguration('chaos.toml', directory)).toThrow(
    '--config chaos.toml: must be a .yaml, .yml or .json file',
  );
});
