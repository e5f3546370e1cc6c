import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '@qflow/chaos';
import { identityOf, stateOf } from './identity.ts';

/** Every process of a run carries this variable, and so do the processes that those start. */
export const runVariable = 'QFLOW_CHAOS_RUN';

/**
 * The living processes of a run, found by what they carry in their environment. Finds those too that no journal names:
 * started just before the framework died, or started by a node. Processes of other users are passed over.
 */
export function processesOfRun(runId: string): readonly ProcessIdentity[] {
  const marker = `${runVariable}=${runId}`;
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !carries(name, marker)) {
      continue;
    }
    const identity = identityOf(Number(name));
    if (identity !== null && stateOf(identity) !== 'gone') {
      found.push(identity);
    }
  }
  return found;
}

function carries(pid: string, marker: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
  } catch {
    return false;
  }
}
