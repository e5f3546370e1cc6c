import type { Random } from '@qflow/ports';
import { expect, test } from 'vitest';
import { redial } from './redial.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const random = { unit: () => 1 } as Random;

/** Attempts end as the test says; pauses pass at once when it says so. */
function scene() {
  const pauses: number[] = [];
  const time = { nowMs: 0 };
  let next: (() => void) | undefined;
  const attempts: { reach(): void; miss(): void }[] = [];
  const clock = {
    monotonicMs: () => time.nowMs,
    calendarMs: () => 0,
    after(delayMs: number, action: () => void) {
      pauses.push(delayMs);
      next = action;
      return {
        cancel: () => {
          next = undefined;
        },
      };
    },
  };
  const loop = redial(
    clock,
    random,
    () => new Promise((resolve, reject) => attempts.push({ reach: resolve, miss: reject })),
  );
  return { loop, pauses, attempts, time, pass: () => next?.() };
}

test('tries with growing pauses until it succeeds', async () => {
  const { loop, pauses, attempts, pass } = scene();
  loop.start();
  for (let count = 0; count < 7; count++) {
    pass();
    attempts[count]!.miss();
    await settle();
  }
  pass();
  attempts[7]!.reach();
  await settle();

  expect(pauses).toEqual([25, 50, 100, 200, 400, 500, 500, 500]);
  expect(attempts.length).toBe(8);
});

test('starts over with short pauses when what it reached has lasted, and not when it was lost at once', async () => {
  const { loop, pauses, attempts, time, pass } = scene();
  loop.start();
  for (const lastedMs of [0, 0, 501, 0]) {
    pass();
    attempts.at(-1)!.reach();
    await settle();
    time.nowMs += lastedMs;
    loop.start();
  }

  expect(pauses).toEqual([25, 50, 100, 25, 50]);
});

test('never tries twice at once, and forgets no loss that falls into an attempt', async () => {
  const { loop, attempts, pass } = scene();
  loop.start();
  pass();
  loop.start();
  expect(attempts.length).toBe(1);

  attempts[0]!.reach();
  await settle();
  pass();
  expect(attempts.length).toBe(2);
});

test('is quiet once cancelled', async () => {
  const { loop, attempts, pauses, pass } = scene();
  loop.start();
  pass();
  loop.cancel();
  attempts[0]!.miss();
  await settle();
  loop.start();

  expect([attempts.length, pauses.length]).toEqual([1, 1]);
});
