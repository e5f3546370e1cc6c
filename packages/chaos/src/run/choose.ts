import { suiteOf } from '../experiment/define.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { Misuse } from '../settings/misuse.ts';
import { nearest } from '../settings/nearest.ts';

/** The experiments that names stand for: `suite/experiment`, or a suite for all of its own; none for all. @throws Misuse */
export function choose(catalogue: readonly Experiment[], names: readonly string[]): readonly Experiment[] {
  if (names.length === 0) return catalogue;
  const chosen = new Set<Experiment>();
  for (const name of names) {
    const found = catalogue.filter((experiment) => experiment.name === name || suiteOf(experiment) === name);
    if (found.length === 0) throw unknown(name, catalogue);
    for (const experiment of found) chosen.add(experiment);
  }
  return catalogue.filter((experiment) => chosen.has(experiment));
}

function unknown(name: string, catalogue: readonly Experiment[]): Misuse {
  const known = [...new Set(catalogue.map(suiteOf)), ...catalogue.map((experiment) => experiment.name)];
  // The part after the slash is often all that one remembers.
  const ending = catalogue.find((experiment) => experiment.name.endsWith(`/${name}`))?.name;
  const guess = ending ?? nearest(name, known);
  const help = guess === undefined ? `Known are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
  return new Misuse(name, `There is no experiment or suite "${name}". ${help}`);
}
