/*
 * Times every checker on the histories of `histories.ts`, one thread. Usage, from packages/checkers:
 *   npx esbuild bench/run.ts --bundle --platform=node --format=esm --outfile=/tmp/bench.mjs
 *   node --expose-gc /tmp/bench.mjs [FILTER] [--write FOLDER] [--logs FOLDER]
 * `--write` leaves the register histories as JSON lines for `bench/porcupine`; `--logs` judges the etcd logs that
 * Porcupine is tested with. Times are processor time of the whole process, so that other work does not count.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent } from '../src/history/encode.ts';
import { operations } from '../src/history/operations.ts';
import { parseHistory } from '../src/history/parse.ts';
import { linearizable } from '../src/linearizability/linearizable.ts';
import { etcdHistory } from './etcd-log.ts';
import { BENCHES } from './histories.ts';

const [filter = '', ...rest] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const option = (name: string) => {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
};
void rest;
const folder = option('--write');
const logs = option('--logs');
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

if (logs !== undefined) {
  const histories = readdirSync(logs)
    .filter((name) => name.endsWith('.log'))
    .map((name) => ({ name, history: etcdHistory(readFileSync(join(logs, name), 'utf8')) }));
  for (let pass = 0; pass < 3; pass += 1) {
    const begin = cpuMs();
    const verdicts = histories.map(
      ({ history }) => linearizable({ refusedCas: 'differs', nullRead: 'absent' }).check(history).verdict,
    );
    const took = (cpuMs() - begin).toFixed(0);
    const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
    console.log(
      `etcd logs: ${histories.length} in ${took} ms; pass ${count('pass')}, fail ${count('fail')}, inconclusive ${count('inconclusive')}`,
    );
    if (pass === 2)
      console.log(
        histories
          .filter((_, at) => verdicts[at] === 'pass')
          .map(({ name }) => name)
          .join(' '),
      );
  }
} else {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  for (const bench of BENCHES.filter(({ name }) => name.includes(filter))) {
    const history = bench.make();
    if (folder !== undefined) {
      const text = history.events.map(encodeEvent).join('');
      if (bench.register) writeFileSync(join(folder, `${bench.name.replaceAll(/[ ,%]+/g, '-')}.jsonl`), text);
      continue;
    }
    const passes = history.events.length > 500_000 ? 2 : 4;
    const times: number[] = [];
    const walls: number[] = [];
    let outcome = '';
    for (let pass = 0; pass < passes; pass += 1) {
      globalThis.gc?.();
      const begin = cpuMs();
      const began = performance.now();
      const verdict = bench.checker.check(history);
      walls.push(performance.now() - began);
      times.push(cpuMs() - begin);
      outcome = verdict.verdict === 'pass' ? 'pass' : `${verdict.verdict}: ${verdict.reason.slice(0, 100)}`;
    }
    const crashed = bench.register ? operations(history).filter((operation) => operation.outcome === 'info').length : 0;
    const memory = Math.round(process.memoryUsage.rss() / 1e6);
    const note = `${crashed > 0 ? `, ${crashed} crashed` : ''}`;
    console.log(
      `${bench.name}${note} | wall ${walls.map((ms) => ms.toFixed(0)).join(' / ')} ms, processor ${times.map((ms) => ms.toFixed(0)).join(' / ')} ms | ${memory} MB | ${bench.reach} | ${outcome}`,
    );
    if (bench.name.startsWith('unique writes, 1,000,000')) readingSpeed(history.events.map(encodeEvent));
  }
}

function readingSpeed(lines: readonly string[]): void {
  const text = lines.slice(0, 1_000_000).join('');
  globalThis.gc?.();
  const begin = cpuMs();
  const { events } = parseHistory(text);
  const ms = cpuMs() - begin;
  console.log(
    `reading JSON lines: ${events.length} events, ${(text.length / 1e6 / (ms / 1000)).toFixed(0)} MB/s (${ms.toFixed(0)} ms)`,
  );
}
