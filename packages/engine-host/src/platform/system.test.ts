import { clockCompliance, randomCompliance } from '@qflow/ports/compliance';
import { expect } from 'vitest';
import { systemClock } from './system-clock.ts';
import { systemRandom } from './system-random.ts';

clockCompliance("this machine's clock", () => ({
  clock: systemClock(),
  until: (condition) => expect.poll(condition, { timeout: 10_000, interval: 1 }).toBe(true) as Promise<void>,
}));
randomCompliance("this machine's randomness", () => ({ random: systemRandom() }));
