import { expect, test } from 'vitest';
import { startSchedulingProbe } from './probe.ts';

test('a busy event loop of the framework does not look like a starved host', async () => {
  const probe = await startSchedulingProbe();
  const untilMs = performance.now() + 600;
  while (performance.now() < untilMs) {
    // Busy on purpose.
  }
  const starvedMs = probe.read();
  await probe.stop();

  expect(Number.isInteger(starvedMs)).toBe(true);
  expect(starvedMs).toBeLessThan(600);
});
