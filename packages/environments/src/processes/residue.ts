import type { ProcessIdentity, ResidueFinding } from '@qflow/chaos';
import { stateOf } from '../host/identity.ts';
import { processesMarked } from '../host/marked-processes.ts';
import type { NodeProcess } from './node-process.ts';
import type { ArmedStops } from './trace-control.ts';

/** What of the harm is there now, as the kernel sees it. While the cluster runs, its running processes are none. */
export function findResidue(
  nodes: readonly NodeProcess[],
  trace: Pick<ArmedStops, 'armed'>,
  mark: string,
  isStopped: boolean,
): readonly ResidueFinding[] {
  if (isStopped) {
    return processesMarked(mark).map(left);
  }
  const paused = nodes
    .filter((node) => node.state() === 'paused')
    .map(({ node, identity }) => ({
      kind: 'processes.pause',
      what: `${node.name} (process ${identity().pid}) is stopped`,
      remedy: `kill -CONT ${identity().pid}`,
    }));
  const armed = [...trace.armed].map(([name, { event, nth }]) => ({
    kind: 'trace.arm',
    what: `${name} will stop itself at event ${event}, the ${nth}. from when it was armed`,
    remedy: `restart ${name}`,
  }));
  return [...paused, ...armed];
}

const left = (identity: ProcessIdentity): ResidueFinding => ({
  kind: 'process',
  what: `process ${identity.pid} of the cluster is ${stateOf(identity)}`,
  remedy: `kill -KILL ${identity.pid}`,
});
