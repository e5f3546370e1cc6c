import { z } from 'zod';

/** Everything a run found out, as one JSON document: `result.json`. Reports are functions of it and recompute nothing. */
const json: z.ZodType<unknown> = z.unknown();
export const verdictSchema = z.enum(['pass', 'fail', 'aborted', 'inconclusive', 'not-runnable']);

/** A number with its unit and how many samples it rests on; null with the reason when there is nothing to say. */
export const metricSchema = z.strictObject({
  value: z.number().nullable(),
  unit: z.string(),
  /** How many samples. */
  n: z.int().nonnegative(),
  /** 95 % confidence interval, where the value is a mean or a share. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Why the value is null. */
  reason: z.string().optional(),
  /** What the number means, in one sentence. */
  definition: z.string(),
});

export const proofSchema = z.strictObject({
  proved: z.boolean(),
  evidence: json.optional(),
  reason: z.string().optional(),
});

export const faultRecordSchema = z.strictObject({
  fault: z.string(),
  description: z.string(),
  nodes: z.array(z.string()),
  /** As the experiment and the settings asked for it. */
  asked: json,
  /** As it resolved: nodes, times, options. Null when it was never injected, with the reason. */
  effective: json.nullable(),
  reason: z.string().optional(),
  /** Milliseconds since the run's start on the history's clock. */
  injectedAtMs: z.number().nullable(),
  healedAtMs: z.number().nullable(),
  proof: proofSchema,
  healed: proofSchema,
});

export const checkResultSchema = z.strictObject({
  name: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string().optional(),
  evidence: z.array(json),
});

/** One second of the workload as its clients saw it; operations stand in the bucket of their intended start. */
export const seriesBucketSchema = z.strictObject({
  /** Start of the bucket, milliseconds since the run's start on the history's clock. */
  atMs: z.number(),
  /** Served: `ok`, or the answer that an expectation did not hold. */
  ok: z.int().nonnegative(),
  fail: z.int().nonnegative(),
  info: z.int().nonnegative(),
  /** Milliseconds from the intended start to the answer, of operations that were served; null when there were none. */
  p50: z.number().nullable(),
  p99: z.number().nullable(),
});

export const phaseSchema = z.strictObject({ phase: z.string(), startedAtMs: z.number(), endedAtMs: z.number() });

export const resilientBehaviorSchema = z.strictObject({
  experiment: z.string(),
  behavior: z.string(),
  /** The engine's own word for what recovered it (view-change, catch-up, …), from its events. */
  mechanism: z.string().optional(),
  evidence: json.optional(),
});

export const failurePointSchema = z.strictObject({
  experiment: z.string(),
  category: z.enum(['safety', 'liveness', 'durability', 'recovery', 'residue', 'performance']),
  severity: z.enum(['critical', 'major', 'minor']),
  components: z.array(z.string()),
  description: z.string(),
  evidence: z.array(json),
});

export const detailSchema = z.strictObject({
  id: z.string(),
  question: z.string(),
  expectation: z.string(),
  verdict: verdictSchema,
  /** One sentence; for a pass, what was shown. */
  reason: z.string(),
  seed: z.number(),
  /** Digest over all events of a simulated run; null on real processes, which do not replay. */
  fingerprint: z.string().nullable(),
  clusterSize: z.int(),
  /** What the settings resolved to for this experiment. */
  settings: z.record(z.string(), json),
  startedAt: z.string(),
  durationMs: z.number(),
  phases: z.array(phaseSchema),
  faults: z.array(faultRecordSchema),
  checks: z.array(checkResultSchema),
  metrics: z.record(z.string(), metricSchema),
  /** What the charts of a report are drawn from. Absent when metrics were not collected. */
  series: z.array(seriesBucketSchema).optional(),
  /** Milliseconds from an abort to the end of all healing, restarts included. Absent when the run was not cut short. */
  abortLatencyMs: z.number().optional(),
  residue: z.array(z.strictObject({ kind: z.string(), what: z.string(), remedy: z.string() })),
  /** Relative to the run's directory. */
  artefacts: z.record(z.string(), z.string()),
  replay: z.string(),
});

export const categoryNames = [
  'nodeFailure',
  'networkPartition',
  'resourceExhaustion',
  'distributedSystem',
  'byzantineNode',
] as const;
/** Suite on the command line → category in the result. */
export const categoryOfSuite = {
  nodes: 'nodeFailure',
  network: 'networkPartition',
  resources: 'resourceExhaustion',
  distributed: 'distributedSystem',
  byzantine: 'byzantineNode',
} as const satisfies Record<string, (typeof categoryNames)[number]>;

export const categorySchema = z.strictObject({
  category: z.enum(categoryNames),
  totalTests: z.int(),
  passed: z.int(),
  failed: z.int(),
  aborted: z.int(),
  inconclusive: z.int(),
  notRunnable: z.int(),
  executionTime: z.number(),
  resilientBehaviors: z.array(resilientBehaviorSchema),
  failurePoints: z.array(failurePointSchema),
  details: z.array(detailSchema),
});

export const summarySchema = z.strictObject({
  totalTests: z.int(),
  passed: z.int(),
  failed: z.int(),
  aborted: z.int(),
  inconclusive: z.int(),
  notRunnable: z.int(),
  resilientBehaviors: z.int(),
  failurePoints: z.int(),
  mttr: metricSchema,
  mtbf: metricSchema,
  availability: metricSchema,
});

export const resultSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Of Qflow Chaos. */
  version: z.string(),
  run: z.strictObject({
    id: z.string(),
    seed: z.number(),
    environment: z.string(),
    target: z.strictObject({ name: z.string(), version: z.string(), digest: z.string().nullable() }),
    host: z.strictObject({ cores: z.int(), kernel: z.string(), load: z.number(), starvedMs: z.number() }),
    startedAt: z.string(),
    durationMs: z.number(),
    settings: z.record(z.string(), json),
  }),
  nodeFailure: categorySchema,
  networkPartition: categorySchema,
  resourceExhaustion: categorySchema,
  distributedSystem: categorySchema,
  byzantineNode: categorySchema,
  summary: summarySchema,
  exitCode: z.int(),
});

export type ChaosVerdict = z.infer<typeof verdictSchema>;
export type MeasuredMetric = z.infer<typeof metricSchema>;
export type FaultRecord = z.infer<typeof faultRecordSchema>;
export type SeriesBucket = z.infer<typeof seriesBucketSchema>;
export type CheckResult = z.infer<typeof checkResultSchema>;
export type ResilientBehavior = z.infer<typeof resilientBehaviorSchema>;
export type FailurePoint = z.infer<typeof failurePointSchema>;
export type ExperimentResult = z.infer<typeof detailSchema>;
export type ChaosTestCategoryResults = z.infer<typeof categorySchema>;
export type ChaosTestSummary = z.infer<typeof summarySchema>;
export type ChaosTestResults = z.infer<typeof resultSchema>;
