import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '@qflow/chaos';
import { identityOf, stateOf } from './identity.ts';

/** Every process of a deployment carries this variable, and so do the processes that those start. */
export const markVariable = 'QFLOW_CHAOS_RUN';

/**
 * The living processes that carry this mark in their environment. Finds those too that no journal names: started just
 * before the framework died, or started by a node. Processes of other users are passed over.
 */
export function processesMarked(mark: string): readonly ProcessIdentity[] {
  const wanted = `${markVariable}=${mark}`;
  const found: ProcessIdentity[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || !carries(name, wanted)) {
      continue;
    }
    const identity = identityOf(Number(name));
    if (identity !== null && stateOf(identity) !== 'gone') {
      found.push(identity);
    }
  }
  return found;
}

function carries(pid: string, wanted: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(wanted);
  } catch {
    return false;
  }
}
