import type { Checker } from '../checker.ts';
import { type DeedEvent, isDeed, isOperation } from '../history/history.ts';
import { linesOf, type Operation, operations } from '../history/operations.ts';
import { type Evidence, fail, inconclusive, pass } from '../verdict.ts';

export interface RecoveredOptions {
  /** From the moment of the deed to the completion of the first successful operation that was invoked after it. */
  readonly withinMs: number;
  /** Which moments of a deed are followed by a recovery. By default both: proved harm, and the healing of it. */
  readonly after?: readonly ('proved' | 'healed')[];
}

/**
 * The system serves again within the bound after each proved deed and after each healing. An operation that was under
 * way when harm came says nothing, so only those invoked later count. A pass says the times in `measured`.
 */
export function recovered({ withinMs, after = ['proved', 'healed'] }: RecoveredOptions): Checker {
  return {
    name: 'recovered',
    timing: true,

    check(history) {
      const deeds = history.events.filter(isDeed).filter(({ phase }) => (after as readonly string[]).includes(phase));
      if (deeds.length === 0) return inconclusive(`no deed was ${after.join(' or ')}`);

      const all = operations(history);
      const answered = all.filter(({ outcome }) => outcome === 'ok').sort((a, b) => endOf(a) - endOf(b));
      const lastTime = history.events.filter(isOperation).reduce((latest, { time }) => Math.max(latest, time), 0);
      const measured: Evidence[] = [];
      const unjudged: DeedEvent[] = [];

      for (const deed of deeds) {
        const first = answered.find(({ invocation }) => invocation.index > deed.index);
        const tookMs = (time: number) => (time - deed.time) / 1e6;
        const what = `"${deed.f}" ${deed.phase}`;

        if (first !== undefined) {
          const recoveredMs = tookMs(endOf(first));
          measured.push({ f: deed.f, phase: deed.phase, index: deed.index, recoveredMs });
          if (recoveredMs <= withinMs) continue;
          return fail(`after ${what} it took ${show(recoveredMs)} ms to serve again, allowed are ${withinMs} ms`, [
            { ...deed },
            ...linesOf(first),
          ]);
        }

        const tried = all.find(({ invocation }) => invocation.index > deed.index);
        if (tried !== undefined && tookMs(lastTime) > withinMs) {
          return fail(`after ${what} nothing was served in ${show(tookMs(lastTime))} ms, allowed are ${withinMs} ms`, [
            { ...deed },
            ...linesOf(tried),
          ]);
        }
        unjudged.push(deed);
      }

      const [silent] = unjudged;
      if (silent === undefined) return pass(measured);
      return inconclusive(`no load for ${withinMs} ms after "${silent.f}" ${silent.phase} (event ${silent.index})`);
    },
  };
}

const endOf = (operation: Operation): number => operation.completion?.time ?? Number.POSITIVE_INFINITY;
const show = (ms: number): string => ms.toFixed(1);
