import type { Cluster } from '../cluster/cluster.ts';
import type { ArmedStop } from '../cluster/controls.ts';
import { TookTooLong } from '../run/bounded.ts';
import { control } from './fault-options.ts';
import type { Injection } from './injection.ts';

const POLL_MS = 10;

/**
 * Arms the victims to stop their own processes at an event, and waits until the kernel says that all of them have.
 * @throws TookTooLong when one does not get there
 */
export async function armStops(
  cluster: Cluster,
  { victims, scope }: Pick<Injection, 'victims' | 'scope'>,
  stop: ArmedStop,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const trace = control(cluster, 'trace');
  const processes = control(cluster, 'processes');

  const identities = victims.map((node) => ({ node: node.name, process: processes.identityOf(node) }));
  // Together, so that the disk is waited for once.
  await Promise.all([
    ...identities.map(({ process }) => scope.register({ undo: 'processes.resume', process })),
    ...identities.map(({ node, process }) => scope.register({ undo: 'trace.disarm', node, process })),
  ]);
  await Promise.all(victims.map((node) => trace.arm(node, stop)));

  const endNs = cluster.clock.nowNs() + withinMs * 1e6;
  for (;;) {
    const states = await Promise.all(victims.map((node) => processes.state(node)));
    const running = victims.filter((_, place) => states[place] === 'running');
    if (running.length === 0) return;
    if (cluster.clock.nowNs() >= endNs) {
      throw new TookTooLong(`${running.map(({ name }) => name).join(', ')} until "${stop.event}"`, withinMs);
    }
    await cluster.clock.sleep(POLL_MS, signal);
  }
}
