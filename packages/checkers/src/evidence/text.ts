import type { Evidence } from '../verdict.ts';

/** Evidence as lines to read: operations as they stand in the history, steps of a cycle one a line. */
export function describeEvidence(evidence: readonly Evidence[]): readonly string[] {
  return evidence.flatMap((item) => {
    const { index, process, type, f, key, value, error, node, event } = item;
    if (type === 'event') return [`event ${show(index)}: ${show(node)} ${show(event)} ${JSON.stringify(value)}`];
    if (process !== undefined && f !== undefined) {
      const where = key === undefined ? '' : ` of ${JSON.stringify(key)}`;
      const why = error === undefined ? '' : ` (${show(error)})`;
      return [
        `event ${show(index)}: process ${show(process)} ${show(type)} ${show(f)}${where} ${JSON.stringify(value)}${why}`,
      ];
    }
    if (typeof item.note === 'string') return [item.note];
    if (Array.isArray(item.steps)) return [`${show(item.anomaly)}:`, ...item.steps.map((step) => `  ${step}`)];
    return [JSON.stringify(item)];
  });
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
