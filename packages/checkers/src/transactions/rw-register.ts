import type { Checker } from '../checker.ts';
import { inconclusive } from '../verdict.ts';
import { type Anomaly, anomalyOf, judged } from './anomaly.ts';
import { anomalousCycles } from './cycles.ts';
import { type AnomalyName, LEVELS, respects } from './levels.ts';
import type { TransactionOptions } from './list-append.ts';
import { type Patience, patienceOf } from './patience.ts';
import { type RegisterVersions, versionsOf } from './register-versions.ts';
import { type Orders, saturate } from './saturation.ts';
import { strayOf, type Transaction, transactionsOf } from './transaction.ts';
import { weakAnomalies } from './weak-levels.ts';

/**
 * Transactions that read and write registers, each value written once to a key: operations `txn` with steps
 * `["w", key, value]` and `["r", key, value]`, null for a key that was never written. The order of versions is unknown;
 * it is found by what the reads force, and where that leaves something open, by looking for a serial order.
 */
export function rwRegister({ level = 'strict-serializable', budget }: TransactionOptions = {}): Checker {
  return {
    name: 'rw-register',

    check(history) {
      const patience = patienceOf(budget);
      const transactions = transactionsOf(history);
      const stray = strayOf(transactions, 'append', 'list-append');
      if (stray !== undefined) return inconclusive(stray);
      const { kept: told } = transactions;
      const committed = told.filter(({ operation }) => operation.outcome === 'ok').length;
      const found: Anomaly[] = [];
      const versions = versionsOf(transactions, found);
      const kept = withEnds(told, versions);
      found.push(...weakAnomalies(kept, versions, patience));

      // A serial order in real time keeps the promise of every level at once.
      if (found.length === 0 && isStrict(kept, versions, patience))
        return judged('rw-register', level, committed, found);

      const { cycles, undecided } = cyclesOf(kept, versions, respects(level), patience);
      found.push(...cycles);
      const isOpen = undecided > 0 && LEVELS.indexOf(level) >= LEVELS.indexOf('snapshot-isolation');
      const why =
        patience.reason() ?? (isOpen ? `the reads leave the order of ${undecided} pairs of versions open` : undefined);
      return judged('rw-register', level, committed, found, why);
    },
  };
}

/** One of unknown outcome that was seen had surely happened when the first that saw it ended. */
function withEnds(told: readonly Transaction[], { writesOf }: RegisterVersions): readonly Transaction[] {
  return told.map((transaction, node) => {
    const { operation } = transaction;
    if (operation.completedAt !== Number.POSITIVE_INFINITY) return transaction;
    const ends = writesOf[node]!.flatMap(({ readers }) => readers.map((reader) => told[reader]!.operation.completedAt));
    const completedAt = ends.reduce((first, end) => Math.min(first, end), Number.POSITIVE_INFINITY);
    return { ...transaction, operation: { ...operation, completedAt } };
  });
}

function isStrict(kept: readonly Transaction[], versions: RegisterVersions, patience: Patience): boolean {
  const { isAcyclic, undecided } = saturate(kept, versions, { process: true, realtime: true }, patience);
  return isAcyclic && undecided === 0;
}

interface Stage extends Orders {
  readonly suffix: '' | '-process' | '-realtime';
}

/** Cycles by the fewest orders that make them one: what is wrong without real time is not put down to it. */
function cyclesOf(kept: readonly Transaction[], versions: RegisterVersions, demanded: Orders, patience: Patience) {
  const stages: readonly Stage[] = [
    { suffix: '', process: false, realtime: false },
    { suffix: '-process', process: true, realtime: false },
    { suffix: '-realtime', process: true, realtime: true },
  ];
  const isDemanded = ({ process, realtime }: Stage) =>
    (demanded.process || !process) && (demanded.realtime || !realtime);
  const wanted = stages.filter(isDemanded);
  const cycles: Anomaly[] = [];
  const strongest = stageOf(kept, versions, wanted[wanted.length - 1]!, patience);
  if (strongest.anomalies.length === 0) return { cycles, undecided: strongest.undecided };

  const names = new Set<string>();
  for (const stage of wanted) {
    const { anomalies } = stage === wanted[wanted.length - 1] ? strongest : stageOf(kept, versions, stage, patience);
    for (const anomaly of anomalies) {
      const plain = anomaly.name.replace(/-(process|realtime)$/, '');
      if (names.has(plain)) continue;
      names.add(plain);
      const name = `${plain}${stage.suffix}` as AnomalyName;
      cycles.push({ ...anomaly, name, why: anomaly.why.replace(anomaly.name, name) });
    }
  }
  return { cycles, undecided: strongest.undecided };
}

function stageOf(kept: readonly Transaction[], versions: RegisterVersions, stage: Stage, patience: Patience) {
  const { graph, undecided } = saturate(kept, versions, stage, patience);
  const names = {
    key: (version: number) => versions.all[version]?.key.key ?? null,
    value: (version: number) => versions.all[version]?.value ?? null,
  };
  const cycles = anomalousCycles(graph, stage, patience);
  return { anomalies: cycles.map((cycle) => anomalyOf(cycle, graph.list, kept, names)), undecided };
}
