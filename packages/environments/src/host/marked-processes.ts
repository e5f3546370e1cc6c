import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '@qflow/chaos';
import { identityOf, stateOf } from './identity.ts';

/** Every process of a deployment carries this variable, and so do the processes that those start. */
export const markVariable = 'QFLOW_CHAOS_RUN';

/**
 * The living processes that carry this mark in their environment. Finds those too that no journal names: started just
 * before the framework died, or started by a node. Processes of other users are passed over.
 */
export const processesMarked = (mark: string): readonly ProcessIdentity[] =>
  markedProcesses().flatMap((found) => (found.mark === mark ? [found.process] : []));

/** A living process of some deployment. */
export interface MarkedProcess {
  readonly mark: string;
  readonly process: ProcessIdentity;
}

/** The living processes of every deployment of this user. */
export function markedProcesses(): readonly MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const mark = /^\d+$/.test(name) ? markOf(name) : undefined;
    if (mark === undefined) {
      continue;
    }
    const process = identityOf(Number(name));
    if (process !== null && stateOf(process) !== 'gone') {
      found.push({ mark, process });
    }
  }
  return found;
}

function markOf(pid: string): string | undefined {
  const start = `${markVariable}=`;
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.find((variable) => variable.startsWith(start))?.slice(start.length);
  } catch {
    return undefined;
  }
}
