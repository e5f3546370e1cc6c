/** Names of anomalies after Adya, "Weak Consistency" (1999), and Kingsbury and Alvaro, "Elle" (2020). */
export type AnomalyName = CycleName | `${CycleName}-process` | `${CycleName}-realtime` | (typeof PLAIN)[number];

export type CycleName = 'G0' | 'G1c' | 'G-single' | 'G-nonadjacent' | 'G2';

const PLAIN = [
  'G1a',
  'G1b',
  'internal',
  'unwritten-read',
  'duplicate-elements',
  'incompatible-order',
  'lost-update',
  'fractured-read',
  'causality-violation',
  'monotonic-reads',
  'monotonic-writes',
  'read-your-writes',
  'writes-follow-reads',
] as const;

/** Consistency models of transactions, the weakest first. */
export const LEVELS = [
  'read-uncommitted',
  'read-committed',
  'read-atomic',
  'causal',
  'snapshot-isolation',
  'serializable',
  'strong-session-snapshot-isolation',
  'strong-session-serializable',
  'strong-snapshot-isolation',
  'strict-serializable',
] as const;
export type Level = (typeof LEVELS)[number];

const uncommitted: readonly AnomalyName[] = ['G0', 'unwritten-read', 'duplicate-elements', 'incompatible-order'];
const committed: readonly AnomalyName[] = [...uncommitted, 'G1a', 'G1b', 'G1c'];
const atomic: readonly AnomalyName[] = [...committed, 'internal', 'fractured-read'];
const causal: readonly AnomalyName[] = [
  ...atomic,
  'causality-violation',
  'monotonic-reads',
  'monotonic-writes',
  'read-your-writes',
  'writes-follow-reads',
];
// Without sessions, the order in which one client works counts for nothing.
const snapshot: readonly AnomalyName[] = [...atomic, 'lost-update', 'G-single', 'G-nonadjacent'];
const serializable: readonly AnomalyName[] = [...snapshot, 'G2'];

const within = (suffix: 'process' | 'realtime', names: readonly CycleName[]): readonly AnomalyName[] =>
  names.map((name) => `${name}-${suffix}` as const);
const SNAPSHOT_CYCLES = ['G0', 'G1c', 'G-single', 'G-nonadjacent'] as const;
const sessionSnapshot: readonly AnomalyName[] = [...snapshot, ...causal, ...within('process', SNAPSHOT_CYCLES)];
const strongSnapshot: readonly AnomalyName[] = [...sessionSnapshot, ...within('realtime', SNAPSHOT_CYCLES)];

const FORBIDDEN: Readonly<Record<Level, readonly AnomalyName[]>> = {
  'read-uncommitted': uncommitted,
  'read-committed': committed,
  'read-atomic': atomic,
  causal,
  'snapshot-isolation': snapshot,
  serializable,
  'strong-session-snapshot-isolation': sessionSnapshot,
  'strong-session-serializable': [...sessionSnapshot, 'G2', 'G2-process'],
  'strong-snapshot-isolation': strongSnapshot,
  'strict-serializable': [...strongSnapshot, 'G2', 'G2-process', 'G2-realtime'],
};

export const forbids = (level: Level, anomaly: AnomalyName): boolean => FORBIDDEN[level].includes(anomaly);

/** Which orders besides that of the data a level respects. */
export const respects = (level: Level): { readonly process: boolean; readonly realtime: boolean } => ({
  process: level === 'causal' || level.startsWith('strong') || level === 'strict-serializable',
  realtime: level === 'strong-snapshot-isolation' || level === 'strict-serializable',
});

/** The weakest model that the anomalies rule out, and the strongest that they leave possible. */
export function standing(found: Iterable<AnomalyName>): { readonly violated?: Level; readonly possible?: Level } {
  const anomalies = [...found];
  const isViolated = (level: Level) => anomalies.some((anomaly) => forbids(level, anomaly));
  const violated = LEVELS.find(isViolated);
  const possible = LEVELS.findLast((level) => !isViolated(level));
  return { ...(violated === undefined ? {} : { violated }), ...(possible === undefined ? {} : { possible }) };
}
