import type { Json } from '@qflow/checkers';
import type { ClusterNode } from '../cluster/cluster.ts';
import type { Opportunity } from '../experiment/schedule.ts';
import type { FaultRecord } from '../result/result.ts';
import type { HealingScope } from '../safety/healing.ts';

/** One injection from the moment it is planned: what was asked, what was done, what was proved. */
export interface Injection {
  readonly opportunity: Opportunity;
  readonly scope: HealingScope;
  victims: readonly ClusterNode[];
  state: 'planned' | 'refused' | 'injected' | 'healed';
  reason?: string;
  injectedAtMs: number | null;
  healedAtMs: number | null;
  proof: FaultRecord['proof'];
  healed: FaultRecord['healed'];
}

export const planned = (opportunity: Opportunity, scope: HealingScope): Injection => ({
  opportunity,
  scope,
  victims: [],
  state: 'planned',
  injectedAtMs: null,
  healedAtMs: null,
  proof: { proved: false, reason: 'it was not injected' },
  healed: { proved: false, reason: 'it was not injected' },
});

/** As it stands in the result. */
export function recordOf(injection: Injection): FaultRecord {
  const { opportunity, victims, state, injectedAtMs, healedAtMs, proof, healed } = injection;
  const { entry, atMs, lastsMs } = opportunity;
  const reason = injection.reason ?? opportunity.leftOut ?? undefined;
  const wasDone = state === 'injected' || state === 'healed';
  const when: Json = 'when' in entry.starts ? { ...entry.starts.when, where: entry.starts.when.where ?? {} } : null;

  return {
    fault: entry.fault.name,
    description: entry.fault.describe(),
    nodes: victims.map(({ name }) => name),
    asked: { fault: entry.fault.data, atMs, lastsMs, when },
    effective: wasDone ? { nodes: victims.map(({ name }) => name), injectedAtMs, healedAtMs } : null,
    ...(reason === undefined ? {} : { reason }),
    injectedAtMs,
    healedAtMs,
    proof,
    healed,
  };
}
