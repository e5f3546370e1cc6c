import {
  ChaosTestRunner,
  describeUndo,
  type Experiment,
  greatestDurationMs,
  greatestHarm,
  limitOf,
  needsOf,
  scheduleOf,
  type TimelineEntry,
  type Undo,
} from '@qflow/chaos';
import type { RunRequest } from './request.ts';

/** What a run would do, for a person to read before it is done. Nothing is started to find out. */
export async function plan(request: RunRequest): Promise<string> {
  const { experiments, environment, target, settings, seed } = request;
  const runner = new ChaosTestRunner({ ...request, runId: 'dry-run' });
  const parts = [
    `Would run ${experiments.length} of the experiments with ${target.name} ${target.version} on ${environment.name}, seed ${seed}. Nothing is started.`,
    `Settings: ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    '',
  ];
  for (const experiment of experiments) {
    parts.push(...planOf(experiment, request, await runner.unrunnable(experiment)), '');
  }
  return parts.join('\n');
}

function planOf(experiment: Experiment, request: RunRequest, obstacle: string | null): readonly string[] {
  const { environment, target, settings } = request;
  const { nodes } = experiment.cluster;
  const tolerance = target.tolerance(nodes);
  const harmMs = settings.duration ?? experiment.harmMs;
  const stretch = harmMs / experiment.harmMs;
  // Every draw uses its opportunity: the worst that any seed could choose.
  const worst = greatestHarm(scheduleOf(experiment, settings, { unit: () => 0 }), tolerance);
  const limit = limitOf({ nodes, tolerance, experiment, ceiling: settings.blastRadius });

  return [
    `${experiment.name}${obstacle === null ? '' : ` — not runnable: ${obstacle}`}`,
    `  asks      ${experiment.question}`,
    `  cluster   ${nodes} nodes, survives ${tolerance}; ${experiment.workload.ratePerSecond} operations/s of workload "${experiment.workload.name}"`,
    `  harm      ${seconds(harmMs)} long${settings.failureRate === 0 ? ', but a control run: failureRate is 0' : ''}`,
    ...experiment.timeline.map((entry) => `            ${entryOf(entry, stretch, settings.failureRate)}`),
    ...undoPlan(experiment, request),
    `  at worst  ${worst} of ${nodes} nodes harmed at once; allowed ${limit}${experiment.beyondTolerance === undefined ? '' : ` (${experiment.beyondTolerance.why})`}`,
    `  needs     ${
      needsOf(experiment)
        .map((need) => `${need}${environment.offers.includes(need) ? '' : ' (not offered)'}`)
        .join(', ') || 'nothing'
    }`,
    `  judges    ${experiment.checks.map(({ name }) => name).join(', ')}; recovered within ${seconds(experiment.recovery.withinMs)}`,
  ];
}

function entryOf({ starts, fault, lastsMs, repeats }: TimelineEntry, stretch: number, failureRate: number): string {
  const moment =
    'atMs' in starts
      ? `at ${seconds(starts.atMs * stretch)}`
      : `from ${seconds(starts.afterMs * stretch)}, at ${starts.when.event}${starts.when.nth > 1 ? ` no. ${starts.when.nth}` : ''}`;
  const end = lastsMs === undefined ? 'healed with the rest at the end' : `healed after ${seconds(lastsMs * stretch)}`;
  const again =
    repeats === undefined
      ? ''
      : `; up to ${repeats.times} times more, every ${seconds(repeats.everyMs * stretch)}, each with probability ${failureRate}`;
  return `${moment}: ${fault.describe()}, ${end}${again}`;
}

/** How each fault is undone, by whom at the latest, and what happens when the framework cannot. */
function undoPlan(experiment: Experiment, { settings, environment }: RunRequest): readonly string[] {
  const { harmMs, opportunities } = scheduleOf(experiment, settings, { unit: () => 0 });
  const plans = opportunities
    .filter(({ leftOut }) => leftOut === null)
    .map((opportunity) => {
      const { starts, fault } = opportunity.entry;
      const armed: readonly Undo['undo'][] = 'when' in starts ? ['processes.resume', 'trace.disarm'] : [];
      // Last in, first out.
      const undoes = [...armed, ...(fault.undoes ?? [])].reverse().map((kind) => describeUndo[kind]);
      const how = fault.undoes === undefined ? [...undoes, 'what the fault does not tell beforehand'] : undoes;
      return `${fault.name}: ${how.join(', then ')}; at the latest after ${seconds(greatestDurationMs(opportunity, harmMs))}`;
    });
  if (plans.length === 0) return [];
  return [
    ...[...new Set(plans)].map((line, place) => `  ${place === 0 ? 'undo' : '    '}      ${line}`),
    ...(environment.name === 'simulation'
      ? []
      : ['            without the framework: its watchdog ends the cluster; without both: qflow-chaos recover']),
  ];
}

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toFixed(3))} s`;
