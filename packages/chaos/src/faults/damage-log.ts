import { z } from 'zod';
import type { ClusterNode } from '../cluster/cluster.ts';
import type { DiskControl, ProcessControl } from '../cluster/controls.ts';
import { describeSelection } from '../cluster/selection.ts';
import { messageOf } from '../run/bounded.ts';
import type { Fault, Proof } from './fault.ts';
import { control, type FaultOptions, faultDataSchema } from './fault-options.ts';

const how = z.enum(['tear', 'flip']);
export const damageLogSchema = faultDataSchema('damage-log', { how });

export interface DamageLogOptions extends FaultOptions {
  /** `tear`: half a record at the end, as after a crash. `flip`: one bit in the middle, with sound records after it. */
  readonly how: z.infer<typeof how>;
}

/**
 * Kills nodes with SIGKILL and damages the logs that they left. A torn tail is healed by a start alone: the node must
 * cut it off. A flipped bit must make the node refuse to start; it is healed by emptying the disk and starting.
 */
export function damageLog({ nodes, how }: DamageLogOptions): Fault {
  return {
    name: 'damage-log',
    data: { kind: 'damage-log', nodes, how },
    needs: [
      'processes.kill',
      'processes.restart',
      ...(how === 'tear' ? ['disks.tear' as const] : (['disks.flip', 'disks.wipe'] as const)),
    ],
    nodes,
    undoes: how === 'flip' ? ['processes.start', 'disks.wipe'] : ['processes.start'],
    describe: () =>
      how === 'tear'
        ? `kill ${describeSelection(nodes)} and tear the end of the log`
        : `kill ${describeSelection(nodes)} and flip a bit in the middle of the log`,

    async inject(cluster, victims, healing) {
      const processes = control(cluster, 'processes');
      const disks = control(cluster, 'disks');
      // Undone last in, first out: the disks are emptied, then the nodes started.
      await Promise.all([
        ...victims.map(({ name }) => healing.register({ undo: 'processes.start', node: name })),
        ...(how === 'flip' ? victims.map(({ name }) => healing.register({ undo: 'disks.wipe', node: name })) : []),
      ]);
      await Promise.all(victims.map((node) => processes.kill(node)));
      const held = await Promise.all(victims.map((node) => disks.usedBytes(node)));
      await Promise.all(victims.map((node) => disks[how](node)));
      return held;
    },

    prove(cluster, victims, held) {
      return how === 'tear'
        ? provedTorn(control(cluster, 'disks'), victims, held as readonly number[])
        : provedRefused(control(cluster, 'processes'), victims);
    },
  };
}

/** The file system counts other bytes than before. */
async function provedTorn(
  disks: DiskControl,
  victims: readonly ClusterNode[],
  before: readonly number[],
): Promise<Proof> {
  const after = await Promise.all(victims.map((node) => disks.usedBytes(node)));
  const whole = after.findIndex((bytes, place) => bytes === before[place]);
  if (whole >= 0)
    return { proved: false, reason: `the disk of ${victims[whole]!.name} holds ${after[whole]} bytes as before` };
  return { proved: true, evidence: { bytesBefore: before, bytesAfter: after } };
}

/** The node itself finds the damage: it must refuse to start over it. One that starts is left to the checks. */
async function provedRefused(processes: ProcessControl, victims: readonly ClusterNode[]): Promise<Proof> {
  const refusals: Record<string, string> = {};
  for (const node of victims) {
    try {
      await processes.start(node);
    } catch (refusal) {
      refusals[node.name] = messageOf(refusal);
      continue;
    }
    return { proved: false, reason: `${node.name} started over a log with a flipped bit` };
  }
  return { proved: true, evidence: { refusals } };
}
