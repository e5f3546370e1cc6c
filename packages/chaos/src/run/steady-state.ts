import { NotSteady, type Stage } from './stage.ts';

/** How long a fresh cluster may take until it serves through every node. */
const WITHIN_MS = 20_000;

/** Every node answers, and a change commits through every one of them. @throws NotSteady */
export async function steadyState(stage: Stage): Promise<void> {
  const { cluster, experiment, processes, cut } = stage;
  const { workload } = experiment;
  stage.enter('steady-state', WITHIN_MS);
  const endMs = cluster.clock.nowNs() / 1e6 + WITHIN_MS;
  const waiting = new Map(cluster.nodes.map((node) => [node, 'it was not asked']));

  for (let attempt = 1; waiting.size > 0; attempt++) {
    await Promise.all(
      [...waiting.keys()].map(async (node) => {
        const probe = workload.probe(`${node.name}-${attempt}`);
        const outcome = await processes.applyAt(node, probe, workload.timeoutMs);
        if (outcome.type === 'ok') waiting.delete(node);
        else waiting.set(node, outcome.error);
      }),
    );
    cut.signal.throwIfAborted();
    const [missing] = waiting;
    if (missing !== undefined && cluster.clock.nowNs() / 1e6 >= endMs) {
      throw new NotSteady(`${missing[0].name} did not serve within ${WITHIN_MS} ms: ${missing[1]}`);
    }
    if (missing !== undefined) await cluster.clock.sleep(100, cut.signal);
  }

  const silent = (await cluster.observe(workload.timeoutMs)).find(({ answered }) => !answered);
  if (silent !== undefined) throw new NotSteady(`${silent.node.name} does not say how it is`);
}
