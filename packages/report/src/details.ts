import type { ChaosTestResults, ExperimentResult, FailurePoint, MeasuredMetric, ResilientBehavior } from '@qflow/chaos';
import { categoryNames } from '@qflow/chaos';

/** All experiments of a run, in the order of the categories. */
export const detailsOf = (result: ChaosTestResults): readonly ExperimentResult[] =>
  categoryNames.flatMap((name) => result[name].details);

export const resilientBehaviorsOf = (result: ChaosTestResults): readonly ResilientBehavior[] =>
  categoryNames.flatMap((name) => result[name].resilientBehaviors);

export const failurePointsOf = (result: ChaosTestResults): readonly FailurePoint[] =>
  categoryNames.flatMap((name) => result[name].failurePoints);

/** The three figures that stand in every overview, by their names in `metrics`. */
export const headlines = [
  { metric: 'mttr', title: 'recovery' },
  { metric: 'availability', title: 'available' },
  { metric: 'latencyP99Harm', title: 'p99' },
] as const;

export const headlineOf = (
  detail: ExperimentResult,
  metric: (typeof headlines)[number]['metric'],
): MeasuredMetric | undefined => detail.metrics[metric];
