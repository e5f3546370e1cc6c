import { monitor } from '../safety/monitor.ts';
import { defaultStopConditions, uncared } from '../safety/stop-condition.ts';
import type { Stage } from './stage.ts';

/** The harm window: workload, timeline and monitor side by side. Ends early when the run is cut short. */
export async function harm(stage: Stage): Promise<void> {
  const { cluster, schedule, experiment, settings, injector, cut } = stage;
  stage.enter('harm', schedule.harmMs);
  const watching = new AbortController();
  const watched = monitor(
    {
      cluster,
      experiment,
      conditions: settings.safetyChecks ? [uncared, ...(experiment.stopConditions ?? defaultStopConditions)] : [],
      tally: stage.load!.tally,
      host: stage.host,
      harmMs: schedule.harmMs,
      onStop: (reason) => cut.abort(reason),
    },
    watching.signal,
  );

  stage.injecting = injector.run(schedule, cut.signal);
  try {
    await Promise.race([
      Promise.all([stage.injecting, cluster.clock.sleep(schedule.harmMs, cut.signal)]),
      whenAborted(cut.signal),
    ]);
  } finally {
    watching.abort();
    await watched;
  }
}

/** Heals everything that is left, and says so in the history. */
export async function heal(stage: Stage): Promise<void> {
  stage.enter('heal', null);
  await stage.injector.healAll();
}

/** Rejects with the signal's reason once it is aborted: a fault that hangs must not delay the healing. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
