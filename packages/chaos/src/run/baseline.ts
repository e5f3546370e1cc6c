import { startLoad } from '../workloads/driver.ts';
import { NotSteady, type Stage } from './stage.ts';
import { tellLoad } from './tell-load.ts';

/** Fewer operations than this say nothing about a share. */
const FEWEST = 10;

/** Starts the workload and measures how much of it is served before any harm. @throws NotSteady when it is too little */
export async function baseline(stage: Stage): Promise<void> {
  const { cluster, experiment, processes, cut } = stage;
  stage.enter('baseline', experiment.baselineMs);
  const load = startLoad(experiment.workload, processes, cluster.clock, cluster.random.stream('workload'));
  stage.load = load;
  void tellLoad(stage, load);

  const startMs = cluster.clock.nowNs() / 1e6;
  await cluster.clock.sleep(experiment.baselineMs, cut.signal);
  const endMs = cluster.clock.nowNs() / 1e6;
  await stage.host.read();

  // What fell due at the very end may rightly be under way still: it is given its time, before harm changes the answer.
  const needed = experiment.steadyState?.successShare ?? 0.95;
  for (;;) {
    const { due, served } = load.tally.between(startMs, endMs);
    if (due < FEWEST) throw new NotSteady(`only ${due} operations fell due in the baseline, needed are ${FEWEST}`);
    stage.baselineShare = served / due;
    if (stage.baselineShare >= needed) return;
    if (cluster.clock.nowNs() / 1e6 >= endMs + experiment.workload.timeoutMs) {
      throw new NotSteady(`${served} of ${due} operations were served before any harm, needed is a share of ${needed}`);
    }
    await cluster.clock.sleep(50, cut.signal);
  }
}
