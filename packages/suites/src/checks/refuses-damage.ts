import { type Checker, type DeedEvent, fail, inconclusive, isDeed, pass } from '@qflow/checkers';

/**
 * No node starts over a log that is damaged in its middle: what it had acknowledged may be gone, and it would not know.
 * Reads the deeds `disks.flip`, `disks.wipe` and `processes.restart` (a start that succeeded) with `{node}`.
 */
export function refusesDamage(): Checker {
  return {
    name: 'refuses-damage',

    check({ events }) {
      const damaged = new Map<unknown, DeedEvent>();
      let flips = 0;

      for (const deed of events.filter(isDeed)) {
        const node = nodeOf(deed);
        if (deed.f === 'disks.flip') {
          flips += 1;
          damaged.set(node, deed);
        }
        if (deed.f === 'disks.wipe') damaged.delete(node);
        const flip = damaged.get(node);
        if (deed.f === 'processes.restart' && flip !== undefined) {
          return fail(`${node} started over a log with a flipped bit`, [{ ...flip }, { ...deed }]);
        }
      }
      return flips > 0 ? pass() : inconclusive('no log was damaged');
    },
  };
}

const nodeOf = ({ value }: DeedEvent): unknown =>
  typeof value === 'object' && value !== null && 'node' in value ? value.node : undefined;
