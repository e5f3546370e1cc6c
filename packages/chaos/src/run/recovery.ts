import type { Observation } from '../cluster/cluster.ts';
import { SUCCESS_TOLERANCE } from '../metrics/outages.ts';
import type { RecoveryOutcome, Stage } from './stage.ts';

const POLL_MS = 50;
/** A node that has just come back on a busy machine is slow to answer; one that is down refuses at once. */
const OBSERVE_WITHIN_MS = 3_000;

/**
 * Waits until the system is as before: served as in the baseline with every node in one condition and, once the
 * workload has ended, at one height. What is missing at the bound stands in the stage; the checks decide what it means.
 */
export async function recovery(stage: Stage): Promise<void> {
  const { cluster, experiment, cut } = stage;
  const { withinMs } = experiment.recovery;
  stage.enter('recovery', withinMs);
  const startMs = cluster.clock.nowNs() / 1e6;
  const tookMs = (): number => cluster.clock.nowNs() / 1e6 - startMs;

  const reachedAfterMs: Record<string, number> = {};
  let missing: string | null = null;
  /** Waits for one step, unless an earlier one was missed. */
  const reach = async (step: string, lacks: () => string | null | Promise<string | null>): Promise<void> => {
    while (missing === null) {
      const what = await lacks();
      if (what === null) {
        reachedAfterMs[step] = tookMs();
        return;
      }
      if (tookMs() > withinMs) missing = what;
      else await cluster.clock.sleep(POLL_MS, cut.signal);
    }
  };

  await reach('served', () => servedAgain(stage, startMs));
  await reach('answering', async () => answering(await cluster.observe(OBSERVE_WITHIN_MS)));
  await stage.load!.stop();
  await stage.host.read();
  await reach('caughtUp', async () => caughtUp(await cluster.observe(OBSERVE_WITHIN_MS)));
  stage.recovery = outcomeOf(missing, tookMs(), withinMs, reachedAfterMs);
}

function outcomeOf(
  missing: string | null,
  tookMs: number,
  withinMs: number,
  reachedAfterMs: Readonly<Record<string, number>>,
): RecoveryOutcome {
  if (missing === null && tookMs <= withinMs) return { isRecovered: true, tookMs, reachedAfterMs };
  const late = `it was not as before: that took ${Math.round(tookMs)} ms`;
  return { isRecovered: false, missing: missing ?? late, withinMs, reachedAfterMs };
}

/** Whether as many operations end served as fall due: what is under way for a while is not lost, and does not count as such. */
function servedAgain({ load, cluster, experiment, baselineShare }: Stage, startMs: number): string | null {
  const windowMs = Math.max(500, (10 / experiment.workload.ratePerSecond) * 1_000);
  const toMs = cluster.clock.nowNs() / 1e6;
  const fromMs = toMs - windowMs;
  // Only what happens after the healing says that the system has recovered from it.
  if (fromMs < startMs) return 'the workload has not run long enough since the healing';

  const { due } = load!.tally.between(fromMs, toMs);
  const share = due === 0 ? 0 : load!.tally.endedBetween(fromMs, toMs) / due;
  const before = baselineShare ?? 1;
  if (share >= SUCCESS_TOLERANCE * before) return null;
  return `${percent(share)} of the operations are served, before the harm it was ${percent(before)}`;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** Every node answers, and all are in one condition, as far as the target knows it. */
function answering(observations: readonly Observation[]): string | null {
  const silent = observations.find(({ answered }) => !answered);
  if (silent !== undefined) return `${silent.node.name} does not answer`;
  return unlike(observations, ({ condition }, first) => condition !== first.condition);
}

/** As above, and all at one height: what only a quiet system can be. */
function caughtUp(observations: readonly Observation[]): string | null {
  return answering(observations) ?? unlike(observations, ({ height }, first) => height !== first.height);
}

function unlike(
  observations: readonly Observation[],
  differs: (one: Observation, first: Observation) => boolean,
): string | null {
  const [first] = observations;
  const other = first === undefined ? undefined : observations.find((one) => differs(one, first));
  if (first === undefined || other === undefined) return null;
  return `${other.node.name} is ${show(other)}, ${first.node.name} ${show(first)}`;
}

const show = ({ height, condition }: Observation): string =>
  [condition, height === undefined ? undefined : `at height ${height}`].filter((part) => part !== undefined).join(' ');
