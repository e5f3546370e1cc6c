import { z } from 'zod';
import { type Capability, capabilities } from '../cluster/capability.ts';
import { categoryOfSuite } from '../result/result.ts';
import { Misuse } from '../settings/misuse.ts';
import type { Experiment } from './experiment.ts';
import { startOf, type TimelineEntry } from './timeline.ts';

/** An experiment as it is written down: what is absent takes a default. */
export type ExperimentDefinition = Omit<Experiment, 'baselineMs' | 'harmMs'> &
  Partial<Pick<Experiment, 'baselineMs' | 'harmMs'>>;

const share = z.number().min(0).max(1);
const positiveMs = z.number().positive();
const definitionSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, 'must look like suite/experiment'),
  question: z.string().min(1),
  expectation: z.string().min(1),
  cluster: z.object({ nodes: z.int().min(1).max(64) }),
  blastRadius: share.optional(),
  beyondTolerance: z.object({ nodes: z.int().positive(), why: z.string().min(1) }).optional(),
  steadyState: z.object({ successShare: share }).optional(),
  baselineMs: positiveMs,
  harmMs: positiveMs,
  recovery: z.object({ withinMs: positiveMs }),
  timeline: z.array(
    z.object({
      lastsMs: positiveMs.optional(),
      repeats: z.object({ everyMs: positiveMs, times: z.int().positive() }).optional(),
    }),
  ),
  checks: z.array(z.object({ name: z.string().min(1) })).min(1, 'an experiment without a check answers nothing'),
});

/** Checks a definition, fills in what it leaves out, and freezes it. @throws Misuse naming the experiment and the field */
export function experiment(definition: ExperimentDefinition): Experiment {
  const complete: Experiment = {
    ...definition,
    baselineMs: definition.baselineMs ?? 2_000,
    harmMs: definition.harmMs ?? Math.max(1_000, ...definition.timeline.map(endOf)),
  };

  const checked = definitionSchema.safeParse(complete);
  const issue = checked.error?.issues[0];
  if (issue !== undefined) throw wrong(complete, `${issue.path.join('.')}: ${issue.message}`);

  if (!(suiteOf(complete) in categoryOfSuite)) {
    throw wrong(complete, `the suite must be one of ${Object.keys(categoryOfSuite).join(', ')}`);
  }
  checkNames(complete);
  checkTimeline(complete);
  return freeze(complete);
}

/** `nodes` of `nodes/leader-failure`. */
export const suiteOf = ({ name }: Pick<Experiment, 'name'>): string => name.slice(0, name.indexOf('/'));

/** Everything that the faults and the moments of an experiment need. */
export function needsOf({ timeline }: Pick<Experiment, 'timeline'>): readonly Capability[] {
  const needed = new Set<Capability>();
  for (const { fault, starts } of timeline) {
    for (const need of fault.needs) needed.add(need);
    if ('when' in starts) needed.add('trace.arm');
  }
  return capabilities.filter((capability) => needed.has(capability));
}

function checkNames(complete: Experiment): void {
  const names = complete.checks.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw wrong(complete, `checks: "${twice}" stands twice`);
}

function checkTimeline(complete: Experiment): void {
  const labels = new Set<string>();
  complete.timeline.forEach((entry, place) => {
    const start = startOf(entry);
    if (!(start >= 0 && start < complete.harmMs)) {
      throw wrong(
        complete,
        `timeline.${place}: starts at ${start} ms, outside the harm window of ${complete.harmMs} ms`,
      );
    }
    const { nodes } = entry.fault;
    if (typeof nodes === 'object' && 'sameAs' in nodes && !labels.has(nodes.sameAs)) {
      throw wrong(complete, `timeline.${place}: no earlier entry is labelled "${nodes.sameAs}"`);
    }
    if (entry.label === undefined) return;
    if (labels.has(entry.label)) throw wrong(complete, `timeline.${place}: the label "${entry.label}" stands twice`);
    labels.add(entry.label);
  });
}

const endOf = (entry: TimelineEntry): number => {
  const { everyMs, times } = entry.repeats ?? { everyMs: 0, times: 0 };
  return startOf(entry) + everyMs * times + (entry.lastsMs ?? 1_000);
};

const wrong = ({ name }: Experiment, what: string): Misuse =>
  new Misuse(`experiment ${name}`, `Experiment "${name}" is not valid: ${what}.`);

function freeze(complete: Experiment): Experiment {
  return Object.freeze({
    ...complete,
    timeline: Object.freeze(complete.timeline.map((entry) => Object.freeze({ ...entry }))),
    checks: Object.freeze([...complete.checks]),
  });
}
