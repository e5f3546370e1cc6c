import { join } from 'node:path';
import { armStops, type FaultData, faultFrom, RunHealing, type Undo } from '@qflow/chaos';
import { openUndoJournal } from '../../host/undo-journal.ts';
import { processes } from '../../processes/processes.ts';
import { liveHistory } from '../live-history.ts';
import type { Life } from './life.ts';
import { countSteps, type Step } from './steps.ts';
import { tinyTarget } from './tiny-target.ts';

// Stands for the framework: lives one life of a fault, and kills itself at one step of it.

/** What the framework of one kill point is told: one JSON argument. */
export interface KillOrders {
  readonly life: Life;
  readonly directory: string;
  readonly state: string;
  /** The step to die at, counted from 1; null: count them all, and say which there are. */
  readonly killAt: number | null;
  /** The watchdog dies first. */
  readonly withoutWatchdog: boolean;
}

/** What one says that lived its life to the end. */
export interface Lived {
  readonly steps: readonly Step[];
  /** How often the disk was waited for. */
  readonly syncs: number;
}

const kill = process.kill.bind(process);

const { life, directory, state, killAt, withoutWatchdog } = JSON.parse(process.argv[2]!) as KillOrders;
const steps = await countSteps(new URL(import.meta.url).pathname, (watchdogs) => {
  for (const pid of withoutWatchdog ? watchdogs : []) {
    kill(pid, 'SIGKILL');
  }
});
const begin = (): void => steps.begin(killAt ?? Number.POSITIVE_INFINITY);

const observed = liveHistory();
const history: typeof observed = {
  ...observed,
  deed(deed) {
    observed.deed(deed);
    steps.pass(`deed ${deed.f}`);
  },
};

// Without a fault it is deploying and ending a cluster that is lived through; with one, all that is between.
const { fault: data } = life;
if (data === null) {
  begin();
}
const journal = await openUndoJournal(join(directory, 'undo.jsonl'));
const cluster = await processes({ state }).deploy({
  target: tinyTarget(),
  size: 2,
  seed: 1,
  runId: 'kill-points',
  directory,
  undoJournal: journal.path,
  history,
});
const syncsBefore = journal.syncs();
if (data !== null) {
  begin();
  await live(data);
  steps.end();
}
const syncs = journal.syncs() - syncsBefore;
await steps.around('stop', () => cluster.stop());
await journal.close();
process.stdout.write(JSON.stringify({ steps: steps.taken, syncs } satisfies Lived));

async function live(data: FaultData): Promise<void> {
  const fault = faultFrom(data);
  const undo = (one: Undo): Promise<void> => steps.around(`undo ${one.undo}`, () => cluster.undo(one));
  const scope = new RunHealing({ journal, clock: cluster.clock, undo }).scope();
  const victims = cluster.nodes.slice(0, 1);
  if (life.isArmed) {
    const { signal } = new AbortController();
    const stop = { event: 'said', nth: 1 };
    await steps.around('arming', () => armStops(cluster, { victims, scope }, stop, 5_000, signal));
  }
  const captured = await steps.around('injection', () => fault.inject(cluster, victims, scope));
  const proof = await steps.around('proof', () => fault.prove(cluster, victims, captured));
  await steps.around('healing', () => scope.now());
  const states = await Promise.all(victims.map((node) => cluster.processes!.state(node)));
  if (!proof.proved || states.some((one) => one !== 'running')) {
    throw new Error(`The life of "${life.name}" is not a whole one: ${JSON.stringify({ proof, states })}`);
  }
}
