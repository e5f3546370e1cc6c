import type { HistoryEvent } from './history.ts';

/** One event as one line of JSON, newline included. What `parseHistory` reads. */
export const encodeEvent = (event: HistoryEvent): string => `${JSON.stringify(event)}\n`;
