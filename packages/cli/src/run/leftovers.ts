import type { Leftover } from '@qflow/environments';
import type { Io } from '../io.ts';

/** What undoing a leftover came to. */
export interface Outcome {
  /** One line for people. */
  readonly line: string;
  readonly isClean: boolean;
}

/** What is left, in one line. */
export function describeLeftover({ where, runId, unfinished, living, unreadable, watchdog }: Leftover): string {
  const parts = [
    `${counted(unfinished, 'undo', 'undos')} not done`,
    `${counted(living.length, 'process', 'processes')} left`,
    ...unreadable,
    ...(watchdog === null ? [] : [`its watchdog (process ${watchdog.pid}) is at work`]),
  ];
  return `${where}${runId === null ? '' : ` (run ${runId})`}: ${parts.join(', ')}`;
}

/** Undoes each leftover, one after the other, and says what became of it. Never throws. */
export async function undoLeftovers(
  leftovers: readonly Leftover[],
  force: boolean,
  say: (line: string) => void,
): Promise<boolean> {
  let isClean = true;
  for (const leftover of leftovers) {
    const outcome = await undoOne(leftover, force);
    say(outcome.line);
    isClean &&= outcome.isClean;
  }
  return isClean;
}

async function undoOne(leftover: Leftover, force: boolean): Promise<Outcome> {
  const { recover } = await import('@qflow/environments');
  try {
    const { did, left } = await recover(leftover, force);
    const ended = did.filter((deed) => deed.did === 'processes.end' && deed.failed === undefined).length;
    const resumed = did.filter((deed) => deed.did === 'processes.resume' && deed.failed === undefined).length;
    const done = [
      ...(ended > 0 ? [`ended ${counted(ended, 'process', 'processes')}`] : []),
      ...(resumed > 0 ? [`resumed ${counted(resumed, 'process', 'processes')}`] : []),
      `${counted(leftover.unfinished, 'undo', 'undos')} settled`,
    ].join(', ');
    if (left.length === 0) return { line: `${leftover.where}: ${done}; verified, nothing is left`, isClean: true };
    const why = left.join(', ');
    return force
      ? { line: `${leftover.where}: ${done}; given up without verification: ${why}`, isClean: false }
      : { line: `${leftover.where}: not recovered: ${why}; --force gives it up`, isClean: false };
  } catch (thrown) {
    return {
      line: `${leftover.where}: not recovered: ${thrown instanceof Error ? thrown.message : thrown}`,
      isClean: false,
    };
  }
}

/** What keeps a new run from starting, or nothing. A record of which nothing else is left keeps nobody. */
export async function leftoversOf(io: Pick<Io, 'environment'>): Promise<readonly Leftover[]> {
  const { findLeftovers, isNothing, recover, stateDirectory } = await import('@qflow/environments');
  const found = findLeftovers(stateDirectory(io.environment)).leftovers;
  for (const nothing of found.filter(isNothing)) await recover(nothing);
  return found.filter((leftover) => !isNothing(leftover));
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
