import type { Json } from '../history/history.ts';
import { linesOf, type Operation } from '../history/operations.ts';
import { type Evidence, fail, inconclusive, pass, type Verdict } from '../verdict.ts';
import type { Cycle } from './cycles.ts';
import { type EdgeList, PROCESS, REALTIME, WR, WW } from './graph.ts';
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
  /** What each step of a cycle rests on; the transactions are `operations`, in the same order. */
  readonly edges?: readonly CycleEdge[];
}

/** A step of a cycle from one transaction to another, which are named T1, T2, … */
export interface CycleEdge {
  readonly from: string;
  readonly to: string;
  /** `ww` overwrote, `wr` read what the other wrote, `rw` read before the other wrote; or the order of time. */
  readonly kind: 'ww' | 'wr' | 'rw' | 'process' | 'realtime';
  /** Of which key and which value of it, unless it is about time. */
  readonly key?: Json;
  readonly value?: Json;
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

  const cycle = hops.map(({ kind, about }, place): CycleEdge => {
    const between = { from: `T${place + 1}`, to: `T${((place + 1) % hops.length) + 1}` };
    if (kind === PROCESS) return { ...between, kind: 'process' };
    if (kind === REALTIME) return { ...between, kind: 'realtime' };
    const what = { key: versions.key(about), value: versions.value(about) };
    return { ...between, kind: kind === WW ? 'ww' : kind === WR ? 'wr' : 'rw', ...what };
  });
  const steps = cycle.map(inWords);
  return {
    name,
    why: `${name}: ${steps.join('; ')}; yet none of them can come before itself`,
    operations: members.map((member) => kept[member]!.operation),
    steps,
    edges: cycle,
  };
}

function inWords({ from, to, kind, ...what }: CycleEdge): string {
  if (kind === 'process') return `${from} came before ${to} in the same process`;
  if (kind === 'realtime') return `${from} completed before ${to} began`;
  const key = JSON.stringify(what.key);
  const value = JSON.stringify(what.value);
  if (kind === 'ww') return `${to} wrote ${value} to ${key} over what ${from} had written`;
  if (kind === 'wr') return `${to} read ${value} of ${key}, written by ${from}`;
  return `${from} read ${key} before ${to} wrote ${value} to it`;
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
      ...(worst!.steps === undefined ? [] : [cycleOf(worst!)]),
      ...worst!.operations.flatMap(linesOf),
    ];
    return fail(`not ${level} (${left}): ${worst!.why}${also}`, evidence);
  }
  if (undecided !== undefined) return inconclusive(undecided);
  if (committed === 0) return inconclusive(`no ${workload} transaction committed`);
  return pass([{ transactions: committed, anomalies: names }]);
}

/** A cycle as words, and as a graph to draw. */
const cycleOf = ({ name, steps, operations, edges }: Anomaly): Evidence => ({
  anomaly: name,
  steps,
  nodes: operations.map(({ process, invocation, completion, value, result }, place) => ({
    name: `T${place + 1}`,
    process,
    events: completion === undefined ? [invocation.index] : [invocation.index, completion.index],
    steps: result ?? value,
  })),
  edges,
});
