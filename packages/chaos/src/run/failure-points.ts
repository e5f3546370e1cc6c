import type { ExperimentResult, FailurePoint } from '../result/result.ts';
import { BACK_TO_STEADY_STATE } from './judge.ts';

/** What a failed check says about: the rest is safety. */
const categoryOfCheck: Readonly<Record<string, FailurePoint['category']>> = {
  [BACK_TO_STEADY_STATE]: 'recovery',
  recovered: 'recovery',
  'no-lost-writes': 'durability',
};

const severityOf: Readonly<Record<FailurePoint['category'], FailurePoint['severity']>> = {
  safety: 'critical',
  durability: 'critical',
  liveness: 'major',
  recovery: 'major',
  residue: 'major',
  performance: 'minor',
};

/** Where a system failed in an experiment, from its failed checks and what was left behind. */
export function failurePointsOf(
  detail: Pick<ExperimentResult, 'id' | 'checks' | 'residue' | 'faults'>,
): readonly FailurePoint[] {
  const harmed = [...new Set(detail.faults.flatMap(({ nodes }) => nodes))];
  const failed = detail.checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ name, reason, evidence }): FailurePoint => {
      const category = categoryOfCheck[name] ?? 'safety';
      const severity = severityOf[category];
      const description = `${name}: ${reason ?? 'no reason was given'}`;
      return { experiment: detail.id, category, severity, components: harmed, description, evidence };
    });
  const left = detail.residue.map(
    ({ what, ...finding }): FailurePoint => ({
      experiment: detail.id,
      category: 'residue',
      severity: severityOf.residue,
      components: harmed,
      description: what,
      evidence: [finding],
    }),
  );
  return [...failed, ...left];
}
