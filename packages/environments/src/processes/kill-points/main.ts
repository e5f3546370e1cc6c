import { join } from 'node:path';
import {
  armStops,
  type Cluster,
  type Fault,
  faultFrom,
  type Journal,
  RunHealing,
  recordHistory,
  type Undo,
} from '@qflow/chaos';
import { findLeftovers, recover } from '../../host/recovery.ts';
import { openUndoJournal } from '../../host/undo-journal.ts';
import { processes } from '../processes.ts';
import type { Life } from './life.ts';
import { countSteps, type Step } from './steps.ts';
import { tinyTarget } from './tiny-target.ts';

// Stands for the framework: lives one life of a fault, or recovers, and kills itself at one step of it.

/** What the framework of one kill point is told: one JSON argument. */
export interface KillOrders {
  /** Null: it is `recover` that is killed, over what an earlier one left. */
  readonly life: Life | null;
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

process.stdout.write(JSON.stringify(await (life === null ? recoverEverything() : liveThrough(life))));

/** What an earlier one left, undone by `recover`. */
async function recoverEverything(): Promise<Lived> {
  begin();
  for (const leftover of findLeftovers(state).leftovers) {
    await recover(leftover);
  }
  steps.end();
  return { steps: steps.taken, syncs: 0 };
}

async function liveThrough({ fault, isArmed, name }: Life): Promise<Lived> {
  const observed = recordHistory();
  const history: typeof observed = {
    ...observed,
    deed(deed) {
      observed.deed(deed);
      steps.pass(`deed ${deed.f}`);
    },
  };
  // Without a fault it is deploying and ending a cluster that is lived through; with one, all that is between.
  if (fault === null) {
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
  if (fault !== null) {
    begin();
    await harm(cluster, journal, faultFrom(fault), isArmed, name);
    steps.end();
  }
  const syncs = journal.syncs() - syncsBefore;
  await steps.around('stop', () => cluster.stop());
  await journal.close();
  return { steps: steps.taken, syncs };
}

/** From the arming to the healing. @throws when it was no whole life: a step that is not reached proves nothing */
async function harm(cluster: Cluster, journal: Journal, fault: Fault, isArmed: boolean, name: string): Promise<void> {
  const undo = (one: Undo): Promise<void> => steps.around(`undo ${one.undo}`, () => cluster.undo(one));
  const scope = new RunHealing({ journal, clock: cluster.clock, undo }).scope();
  const victims = cluster.nodes.slice(0, 1);
  if (isArmed) {
    const { signal } = new AbortController();
    const stop = { event: 'said', nth: 1 };
    await steps.around('arming', () => armStops(cluster, { victims, scope }, stop, 5_000, signal));
  }
  const captured = await steps.around('injection', () => fault.inject(cluster, victims, scope));
  const proof = await steps.around('proof', () => fault.prove(cluster, victims, captured));
  await steps.around('healing', () => scope.now());
  const states = await Promise.all(victims.map((node) => cluster.processes!.state(node)));
  if (!proof.proved || states.some((one) => one !== 'running')) {
    throw new Error(`The life of "${name}" is not a whole one: ${JSON.stringify({ proof, states })}`);
  }
}
