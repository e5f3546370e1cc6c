import { expect } from 'vitest';
import type { Clock } from '../clock.ts';
import { type Check, type Closable, compliance, type Until } from './check.ts';

export interface ClockSubject extends Closable {
  readonly clock: Clock;
  readonly until: Until;
}

/** Holds a clock against its port. */
export const clockCompliance = (name: string, make: () => ClockSubject | Promise<ClockSubject>): void =>
  compliance(name, clockChecks, make);

export const clockChecks: readonly Check<ClockSubject>[] = [
  {
    name: 'measures time from its start on, and never back',
    async run({ clock, until }) {
      let last = clock.monotonicMs();
      expect(last).toBeGreaterThanOrEqual(0);
      const steps: number[] = [];
      const step = (): void => {
        const now = clock.monotonicMs();
        steps.push(now - last);
        last = now;
        if (steps.length < 5) {
          clock.after(3, step);
        }
      };
      clock.after(3, step);
      await until(() => steps.length === 5);
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
      expect(steps.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0);
    },
  },
  {
    name: 'shows a calendar that goes on',
    async run({ clock, until }) {
      const before = clock.calendarMs();
      expect(Number.isFinite(before)).toBe(true);
      await until(() => clock.calendarMs() > before);
    },
  },
  {
    name: 'calls an action once, and not too early',
    async run({ clock, until }) {
      const setAt = clock.monotonicMs();
      const calledAt: number[] = [];
      clock.after(20, () => calledAt.push(clock.monotonicMs()));
      await until(() => calledAt.length > 0);
      expect((calledAt[0] as number) - setAt).toBeGreaterThanOrEqual(20);
      await passes(clock, until, 60);
      expect(calledAt).toHaveLength(1);
    },
  },
  {
    name: 'calls an action in a turn of its own, even without delay',
    async run({ clock, until }) {
      let inTurn = true;
      let calledInTurn: boolean | null = null;
      clock.after(0, () => {
        calledInTurn = inTurn;
      });
      inTurn = false;
      await until(() => calledInTurn !== null);
      expect(calledInTurn).toBe(false);
    },
  },
  {
    name: 'calls the action with the shorter delay first',
    async run({ clock, until }) {
      const called: string[] = [];
      clock.after(60, () => called.push('late'));
      clock.after(10, () => called.push('early'));
      await until(() => called.length === 2);
      expect(called).toEqual(['early', 'late']);
    },
  },
  {
    name: 'never calls a cancelled action',
    async run({ clock, until }) {
      let called = false;
      clock
        .after(5, () => {
          called = true;
        })
        .cancel();
      await passes(clock, until, 40);
      expect(called).toBe(false);
    },
  },
  {
    name: 'lets of two actions due at once the first cancel the second',
    async run({ clock, until }) {
      const called: string[] = [];
      const one = clock.after(10, () => {
        called.push('one');
        other.cancel();
      });
      const other = clock.after(10, () => {
        called.push('other');
        one.cancel();
      });
      // Time alone is no sign: on a busy machine it may pass before any timer runs.
      await until(() => called.length > 0);
      await passes(clock, until, 50);
      expect(called).toHaveLength(1);
    },
  },
  {
    name: 'takes a cancel after the call as harmless',
    async run({ clock, until }) {
      let calls = 0;
      const timer = clock.after(1, () => {
        calls += 1;
      });
      await until(() => calls > 0);
      timer.cancel();
      timer.cancel();
      await passes(clock, until, 10);
      expect(calls).toBe(1);
    },
  },
];

/** Lets time pass by the clock's own measure. */
async function passes(clock: Clock, until: Until, delayMs: number): Promise<void> {
  const end = clock.monotonicMs() + delayMs;
  await until(() => clock.monotonicMs() >= end);
}
