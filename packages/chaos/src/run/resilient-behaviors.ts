import type { Measured } from '../metrics/measured.ts';
import type { ExperimentResult, ResilientBehavior } from '../result/result.ts';

/** The engine's events that say by what means it recovered, in words for people. */
const mechanisms: Readonly<Record<string, string>> = {
  'view-change': 'went on under another leader',
  'leader-skipped': 'passed over a leader that failed',
  'leader-returned': 'took a recovered leader back',
  'catch-up': 'caught up from its peers',
  observing: 'held back its votes until it was safe to vote',
  voting: 'votes again',
  evidence: 'recorded proof of misbehaviour',
};

/** What a system did right, from the events of its own nodes after the first proved harm. Only where the experiment passed. */
export function resilientBehaviorsOf(
  { id, verdict }: Pick<ExperimentResult, 'id' | 'verdict'>,
  { harms, nodeEvents }: Measured,
): readonly ResilientBehavior[] {
  const [first] = harms;
  if (verdict !== 'pass' || first === undefined) return [];

  return Object.entries(mechanisms).flatMap(([mechanism, behavior]): ResilientBehavior[] => {
    const seen = nodeEvents.filter(({ event, atMs }) => event === mechanism && atMs >= first.atMs);
    if (seen.length === 0) return [];
    const nodes = [...new Set(seen.map(({ node }) => node))].sort();
    return [{ experiment: id, behavior, mechanism, evidence: { times: seen.length, nodes, firstAtMs: seen[0]!.atMs } }];
  });
}
