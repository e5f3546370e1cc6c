import type { ResidueFinding } from '../safety/residue.ts';
import { bounded, messageOf } from './bounded.ts';
import type { Stage } from './stage.ts';

/** Ends an experiment, whatever became of it: heals, looks for residue, ends the cluster. Never throws; says what is left. */
export async function putAway(stage: Stage): Promise<readonly ResidueFinding[]> {
  const { cluster, injector, healing, processes, settings } = stage;
  const { clock } = cluster;
  const found: ResidueFinding[] = [];
  const attempt = async (what: string, remedy: string, withinMs: number, work: () => Promise<unknown>) => {
    try {
      await bounded(clock, withinMs, what, work);
    } catch (thrown) {
      found.push({ kind: 'framework', what: `${what} failed: ${messageOf(thrown)}`, remedy });
    }
  };
  const recover = 'run "qflow-chaos recover"';

  const { cutAtNs } = stage;
  if (!stage.cut.signal.aborted) stage.cut.abort(new Error('the experiment is over'));
  if (settings.autoRecovery) {
    // Cut short before the phase of healing: it takes place here.
    if (!healing.isClosed) stage.history.phase('heal');
    await injector.healAll();
    if (cutAtNs !== null) stage.abortLatencyMs = (clock.nowNs() - cutAtNs) / 1e6;
    // Faults that are under way end within their own bounds, and are undone once more when they do.
    await attempt('waiting for the faults to end', recover, 60_000, () => stage.injecting);
    found.push(...healing.residue());
    await attempt('the scan for residue', recover, 10_000, async () => found.push(...(await cluster.residue())));
  }
  await attempt('reading the host', 'none is needed', 5_000, () => stage.host.read());
  injector.end();
  if (stage.load !== null) {
    // An operation ends at its own time-out at the latest.
    const { load } = stage;
    await attempt('ending the workload', 'none is needed', stage.experiment.workload.timeoutMs + 5_000, () =>
      load.stop(),
    );
  }
  processes.close();
  await attempt('ending the cluster', recover, 30_000, () => cluster.stop());
  return found;
}
