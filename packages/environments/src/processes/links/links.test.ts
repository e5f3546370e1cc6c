import { afterEach, expect, test } from 'vitest';
import { stateOf } from '../../host/identity.ts';
import { signal } from '../../host/signals.ts';
import { type Links, openLinks } from './links.ts';

let links: Links;
afterEach(() => links.close());

test('each pair has a port of its own, and the lower index dials', async () => {
  links = await openLinks(4, 'links-test');
  const ports = [0, 1, 2].flatMap((from) =>
    [1, 2, 3].filter((to) => to > from).map((to) => links.address(from, to).port),
  );

  expect(new Set(ports).size).toBe(6);
  expect(() => links.address(2, 1)).toThrow(
    'No link leads from node 2 to node 1: of each pair, the lower index dials.',
  );
  expect(await links.counters()).toHaveLength(6);
});

test('closing ends the process, twice is once', async () => {
  links = await openLinks(2, 'links-test');
  await links.close();
  await links.close();

  expect(stateOf(links.process)).toBe('gone');
  await expect(links.lead(1, null)).rejects.toThrow('The links of the cluster fail: its process has ended');
});

test('a process that was killed is told, not waited for', async () => {
  links = await openLinks(2, 'links-test');
  signal(links.process, 'SIGKILL');

  await expect(links.counters()).rejects.toThrow('The links of the cluster fail');
});
