import type { DeedEvent, History, HistoryEvent, Json } from '../history/history.ts';
import { historyFrom } from '../history/parse.ts';

/**
 * A history in shorthand, one event a line:
 * `1 invoke write x=3`, `1 ok read x=3`, `2 invoke cas [1,2]`, `nemesis kill proved`, `phase final-reads`,
 * `n1 finalized {"height":1}` (honest), `~n1 vote {…}` (not honest). A millisecond passes between lines, unless one
 * begins with `@MS`.
 */
export function historyOf(...lines: readonly string[]): History {
  let timeMs = 0;
  const events = lines.map((line, index): HistoryEvent => {
    const timed = /^@(\d+) (.*)$/.exec(line);
    timeMs = timed === null ? timeMs + 1 : Number(timed[1]);
    const time = timeMs * 1e6;
    const [who = '', what = '', f = '', ...rest] = (timed?.[2] ?? line).split(' ');

    if (who === 'phase') return { index, type: 'phase', phase: what, time };
    if (who === 'nemesis') {
      return { index, process: 'nemesis', type: 'info', f: what, value: null, phase: f as DeedEvent['phase'], time };
    }
    if (!/^\d+$/.test(who)) {
      const node = who.replace('~', '');
      return { index, type: 'event', node, event: what, value: jsonOf(f), honest: node === who, time };
    }
    const [, key, text] = /^(?:([a-z]\w*)=)?(.*)$/.exec(rest.join(' ')) ?? [];
    const operation = { index, process: Number(who), type: what as 'invoke', f, value: jsonOf(text ?? ''), time };
    return key === undefined ? operation : { ...operation, key };
  });
  return historyFrom(events);
}

const jsonOf = (text: string): Json => (text === '' ? null : (JSON.parse(text) as Json));
