import type { Json } from '../history/history.ts';
import { linesOf, type Operation } from '../history/operations.ts';
import { type Evidence, fail, inconclusive, pass, type Verdict } from '../verdict.ts';
import type { Cycle } from './cycles.ts';
import { type EdgeList, PROCESS, REALTIME, RW, WR, WW } from './graph.ts';
import { type AnomalyName, forbids, type Level, standing } from './levels.ts';
import type { Transaction } from './transaction.ts';

/** Something that a consistency model forbids, with what shows it. */
export interface Anomaly {
  readonly name: AnomalyName;
  /** In one sentence. */
  readonly why: string;
  readonly operations: readonly Operation[];
  /** The steps of a cycle, each in words. */
  readonly steps?: readonly string[];
}

/** A version of a key, as edges speak of it. */
export interface VersionNames {
  key(version: number): Json;
  value(version: number): Json;
}

/** A cycle in words: transactions are numbered T1, T2, … in the order of the cycle. */
export function anomalyOf(
  { name, edges }: Cycle,
  list: EdgeList,
  kept: readonly Transaction[],
  versions: VersionNames,
): Anomaly {
  // A cycle begins at a transaction; moments of real time between two transactions say no more than the two.
  const first = edges.findIndex((edge) => list.from[edge]! < kept.length);
  const turned = [...edges.slice(first), ...edges.slice(0, first)];
  const members: number[] = [];
  const hops: { readonly from: number; readonly kind: number; readonly about: number }[] = [];
  for (const edge of turned) {
    const from = list.from[edge]!;
    if (from >= kept.length) continue;
    members.push(from);
    hops.push({ from, kind: list.kind[edge]!, about: list.about[edge]! });
  }

  const steps = hops.map(({ kind, about }, place) => {
    const one = `T${place + 1}`;
    const other = `T${((place + 1) % hops.length) + 1}`;
    return inWords(one, other, kind, about, versions);
  });
  return {
    name,
    why: `${name}: ${steps.join('; ')}; yet none of them can come before itself`,
    operations: members.map((member) => kept[member]!.operation),
    steps,
  };
}

function inWords(one: string, other: string, kind: number, about: number, versions: VersionNames): string {
  if (kind === PROCESS) return `${one} came before ${other} in the same process`;
  if (kind === REALTIME) return `${one} completed before ${other} began`;
  const key = JSON.stringify(versions.key(about));
  const value = JSON.stringify(versions.value(about));
  if (kind === WW) return `${other} wrote ${value} to ${key} over what ${one} had written`;
  if (kind === WR) return `${other} read ${value} of ${key}, written by ${one}`;
  if (kind === RW) return `${one} read ${key} before ${other} wrote ${value} to it`;
  return '';
}

/** The verdict on the anomalies found, at the level demanded. */
export function judged(
  workload: string,
  level: Level,
  committed: number,
  found: readonly Anomaly[],
  undecided?: string,
): Verdict {
  const forbidden = found.filter(({ name }) => forbids(level, name));
  const names = [...new Set(found.map(({ name }) => name))];
  const { violated, possible } = standing(names);

  if (forbidden.length > 0) {
    const [worst] = forbidden;
    const rest = [...new Set(forbidden.map(({ name }) => name))].filter((name) => name !== worst!.name);
    const also = rest.length === 0 ? '' : `; also ${rest.join(', ')}`;
    const left = possible === undefined ? 'nothing weaker is left' : `at most ${possible}`;
    const evidence: Evidence[] = [
      { anomalies: names, violated: violated ?? null, possible: possible ?? null },
      ...(worst!.steps === undefined ? [] : [{ anomaly: worst!.name, steps: worst!.steps }]),
      ...worst!.operations.flatMap(linesOf),
    ];
    return fail(`not ${level} (${left}): ${worst!.why}${also}`, evidence);
  }
  if (undecided !== undefined) return inconclusive(undecided);
  if (committed === 0) return inconclusive(`no ${workload} transaction committed`);
  return pass([{ transactions: committed, anomalies: names }]);
}
