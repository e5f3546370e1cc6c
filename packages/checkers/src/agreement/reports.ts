import { type History, isNodeEvent, type Json, type NodeEvent } from '../history/history.ts';

/** Events of one name that honest nodes wrote. What a lying node says of itself proves nothing. */
export const honestReports = (history: History, event: string): readonly NodeEvent[] =>
  history.events.filter(isNodeEvent).filter((report) => report.honest && report.event === event);

/** A field of a report's value, where the value is an object that has it. */
export function fieldOf(report: NodeEvent, name: string): Json | undefined {
  const { value } = report;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [field: string]: Json })[name];
}

/** A number field of a report, or undefined when it is missing or no number. */
export function numberOf(report: NodeEvent, name: string): number | undefined {
  const value = fieldOf(report, name);
  return typeof value === 'number' ? value : undefined;
}

/** A text field of a report, or undefined when it is missing or no text. */
export function textOf(report: NodeEvent, name: string): string | undefined {
  const value = fieldOf(report, name);
  return typeof value === 'string' ? value : undefined;
}
