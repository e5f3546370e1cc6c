import { recordHistory } from '../history/record.ts';
import { baseline } from './baseline.ts';
import { messageOf } from './bounded.ts';
import { closing, type ExperimentOutcome, neverDeployed } from './closing.ts';
import { deploy, type ExperimentRequest } from './deploy.ts';
import { finalReads } from './final-reads.ts';
import { harm, heal } from './harm.ts';
import { putAway } from './put-away.ts';
import { recovery } from './recovery.ts';
import type { Stage } from './stage.ts';
import { steadyState } from './steady-state.ts';

/** Runs one experiment through its phases, and judges what it left in the history. Never throws. */
export async function runExperiment(request: ExperimentRequest): Promise<ExperimentOutcome> {
  const history = recordHistory((line) => request.place.historyLine(line));

  let stage: Stage;
  try {
    stage = await deploy(request, history);
  } catch (thrown) {
    return neverDeployed(request, history, request.signal?.aborted ? request.signal.reason : thrown);
  }

  let cut: unknown;
  try {
    await steadyState(stage);
    await baseline(stage);
    await harm(stage);
    if (request.settings.autoRecovery) {
      await heal(stage);
      await recovery(stage);
      await finalReads(stage);
    }
  } catch (thrown) {
    // Whoever cut the run short has said why; what it broke off says less.
    cut = (stage.cut.signal.aborted ? stage.cut.signal.reason : thrown) ?? new Error(messageOf(thrown));
  }

  const residue = await putAway(stage);
  return closing(request, stage, cut, residue);
}
