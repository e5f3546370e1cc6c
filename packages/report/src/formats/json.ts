import { resultSchema } from '@qflow/chaos';
import type { ReportFormat } from './format.ts';

/** The result itself. Throws the schema's error when the result breaks it: a document that no reader could trust is not written. */
export const json: ReportFormat = {
  name: 'json',
  render: (result) => [
    { name: 'result.json', content: `${JSON.stringify(resultSchema.parse(result), undefined, 2)}\n` },
  ],
};

/** The published schema of `result.json`, as JSON Schema 2020-12. */
export function resultJsonSchema(): object {
  return { title: 'Result of a Qflow Chaos run', ...resultSchema.toJSONSchema() };
}
