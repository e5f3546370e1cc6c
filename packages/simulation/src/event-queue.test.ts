import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, type ScheduledEvent } from './event-queue.ts';

const event = fc.record({ atMs: fc.nat(5), tie: fc.nat(2) });
const step = fc.oneof({ weight: 2, arbitrary: event }, { weight: 1, arbitrary: fc.constant('pop' as const) });

test('a queue gives events by time, then tie-break, then sequence, whatever comes in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new EventQueue();
      const model: ScheduledEvent[] = [];
      const pop = (): void => {
        model.sort((one, other) => one.atMs - other.atMs || one.tie - other.tie || one.sequence - other.sequence);
        expect(queue.peek()).toBe(model[0]);
        expect(queue.pop()).toBe(model.shift());
      };
      steps.forEach((each, sequence) => {
        if (each === 'pop') {
          pop();
        } else {
          const scheduled = { ...each, sequence, kind: 0, node: 0, action: () => {}, cancelled: false };
          queue.push(scheduled);
          model.push(scheduled);
        }
      });
      while (model.length > 0) {
        pop();
      }
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
