import { type Cluster, recordHistory } from '@qflow/chaos';
import { type Rules, soundRules } from '@qflow/engine';
import { simulation } from '@qflow/environments';
import { expect, test } from 'vitest';
import { registerTargetCompliance } from '../compliance/target-compliance.ts';
import type { QflowOptions } from './options.ts';
import { qflow } from './qflow.ts';

registerTargetCompliance('qflow', qflow, simulation);

const deploy = (seed: number, options: QflowOptions = {}): Promise<Cluster> =>
  simulation().deploy({ target: qflow(options), size: 4, seed, runId: 'test', history: recordHistory() });

/** Contended writes while a node drawn from the cluster's randomness dies and comes back. */
async function fingerprintOf(seed: number): Promise<string> {
  const cluster = await deploy(seed);
  const load = cluster.nodes.map(async (node, place) => {
    const client = cluster.client(node);
    for (let sequence = 0; sequence < 20; sequence += 1) {
      await client.apply({ f: 'write', key: 'a', value: `${place}-${sequence}` }, 1_000);
    }
  });
  const victim = cluster.nodes[cluster.random.between(0, 3)]!;
  await cluster.clock.sleep(cluster.random.between(1, 100));
  await cluster.processes!.kill(victim);
  await cluster.clock.sleep(500);
  await cluster.processes!.start(victim);
  await Promise.all(load);
  await cluster.stop();
  return cluster.fingerprint!();
}

test('a simulated run follows from its seed', async () => {
  for (const seed of [1, 2, 3]) {
    expect(await fingerprintOf(seed)).toBe(await fingerprintOf(seed));
  }
  expect(await fingerprintOf(1)).not.toBe(await fingerprintOf(2));
});

const early: Rules = { consensus: { ...soundRules.consensus, answersWhen: 'submitted' } };

test.each([
  [
    'tells an answer without a proof from a proven one',
    { rules: early },
    { type: 'info', error: expect.stringContaining('forged answer of n1') },
  ],
  ['takes it when it is told to trust nodes', { rules: early, trustsNodes: true }, { type: 'ok' }],
])('a client %s', async (_, options, expected) => {
  const cluster = await deploy(1, options);
  const outcome = await cluster.client(cluster.nodes[0]!).apply({ f: 'write', key: 'a', value: 'x' }, 1_000);
  await cluster.stop();

  expect(outcome).toMatchObject(expected);
});
