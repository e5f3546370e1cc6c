import { expect, test } from 'vitest';
import type { HostReading } from '../cluster/cluster.ts';
import { HostWatch } from './host-watch.ts';

async function watched(...readings: readonly Partial<HostReading>[]): Promise<HostWatch> {
  const left = [...readings];
  const watch = new HostWatch({
    host: async () => ({ cores: 2, kernel: 'k', load: 0, starvedMs: 0, ...left.shift() }),
  });
  for (const _ of readings) await watch.read();
  return watch;
}

test('keeps the worst of all readings', async () => {
  const watch = await watched({ load: 3 }, { starvedMs: 700 }, { starvedMs: 20, load: 1 });

  expect(watch.reading).toMatchObject({ cores: 2, kernel: 'k', load: 3, starvedMs: 700 });
});

test.each<[Partial<HostReading>, string | null]>([
  [{}, null],
  [{ starvedMs: 500, load: 8 }, null],
  [{ starvedMs: 501 }, '501 ms without running'],
  [{ load: 8.1 }, 'a load of 8.1 on 2 cores'],
  [{ othersBusyCores: 1 }, null],
  [{ othersBusyCores: 1.2 }, 'other programs that kept 1.2 of 2 cores busy'],
])('%j is starvation: %j', async (reading, starvation) => {
  expect((await watched(reading)).starvation()).toBe(starvation);
});

test('says nothing before the first reading', async () => {
  expect((await watched()).starvation()).toBeNull();
});
