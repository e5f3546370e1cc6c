import { describeEvidence } from '../evidence/text.ts';
import type { CheckArguments } from './arguments.ts';
import type { FileVerdict } from './check-file.ts';

/** What is said of a file: one line, and the evidence below it when asked for. */
export function lineOf(judged: FileVerdict, { json, explain }: Pick<CheckArguments, 'json' | 'explain'>): string {
  const { file, outcome, problem, verdict } = judged;
  if (json) return `${JSON.stringify({ file, ...(verdict ?? { verdict: outcome, reason: problem }) })}\n`;
  if (verdict === undefined) return `${file}: refused: ${problem}\n`;
  if (verdict.verdict === 'pass') return `${file}: pass\n`;
  if (verdict.verdict === 'inconclusive') {
    const decided = verdict.decided === undefined ? '' : ` (decided: the first ${verdict.decided.events} events)`;
    return `${file}: inconclusive: ${verdict.reason}${decided}\n`;
  }
  const evidence = explain
    ? describeEvidence(verdict.evidence)
        .map((line) => `    ${line}\n`)
        .join('')
    : '';
  return `${file}: fail: ${verdict.reason}\n${evidence}`;
}
