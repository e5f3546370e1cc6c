import type { Stage } from './stage.ts';

const ATTEMPTS = 3;

/** Reads everything through every node once the rest is quiet, to see what is still there. */
export async function finalReads(stage: Stage): Promise<void> {
  const { cluster, experiment, processes, cut } = stage;
  const { workload } = experiment;
  stage.enter('final-reads', null);

  await Promise.all(
    cluster.nodes.map(async (node) => {
      for (const read of workload.finalReads()) {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          cut.signal.throwIfAborted();
          const { type } = await processes.applyAt(node, read, workload.timeoutMs);
          if (type === 'ok') break;
        }
      }
    }),
  );
}
