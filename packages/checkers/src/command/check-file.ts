import { cycleGraph } from '../evidence/cycle-graph.ts';
import { timeLine } from '../evidence/time-line.ts';
import { MalformedHistory } from '../history/malformed.ts';
import type { Verdict } from '../verdict.ts';
import type { CheckArguments } from './arguments.ts';
import { checkerOf } from './checkers.ts';
import { readHistory } from './read.ts';

export interface FileVerdict {
  readonly file: string;
  readonly outcome: Verdict['verdict'] | 'refused';
  /** Why a file could not be judged. */
  readonly problem?: string;
  readonly verdict?: Verdict;
  /** An SVG of a fail. */
  readonly picture?: string;
}

/** How long a check is silent before it says that it is still at work. */
const PATIENCE_MS = 5_000;

/** How those who wait for a verdict are kept informed. */
export interface Waiting {
  nowMs(): number;
  say(text: string): void;
}

const AT_ONCE: Waiting = { nowMs: () => performance.now(), say: (text) => void process.stderr.write(text) };

/** Reads a history and judges it. A file that cannot be read or that contradicts itself is refused, not judged. */
export async function checkFile(file: string, args: CheckArguments, waiting: Waiting = AT_ONCE): Promise<FileVerdict> {
  const nowMs = withProgress(file, waiting);
  try {
    const history = await readHistory(file);
    const { model, level, nullRead, refusedCas, initial, timeoutMs } = args;
    const budget = timeoutMs === undefined ? { steps: Number.POSITIVE_INFINITY, nowMs } : { timeMs: timeoutMs, nowMs };
    const options = { level, nullRead, refusedCas, budget, ...(initial === undefined ? {} : { initial }) };
    const verdict = checkerOf(model, options, history).check(history);
    const outcome = { file, outcome: verdict.verdict, verdict };
    return verdict.verdict === 'fail' ? { ...outcome, picture: cycleGraph(verdict) ?? timeLine(verdict) } : outcome;
  } catch (problem) {
    const message = reasonOf(problem);
    if (message === undefined) throw problem;
    return { file, outcome: 'refused', problem: message };
  }
}

/** The clock that the search asks now and then, and that tells those who wait that it does. */
function withProgress(file: string, { nowMs, say }: Waiting): () => number {
  let saidMs = nowMs();
  const beganMs = saidMs;
  return () => {
    const ms = nowMs();
    if (ms - saidMs > PATIENCE_MS) {
      saidMs = ms;
      say(`${file}: still searching after ${Math.round((ms - beganMs) / 1000)} s\n`);
    }
    return ms;
  };
}

/** In words, what is wrong with a file; undefined for a mistake of our own. */
function reasonOf(problem: unknown): string | undefined {
  if (problem instanceof MalformedHistory) return problem.message;
  if (problem instanceof TypeError && 'code' in problem && problem.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'not UTF-8 text';
  }
  if (problem instanceof Error && 'code' in problem && typeof problem.code === 'string') {
    const { code } = problem;
    if (code === 'ENOENT') return 'there is no such file';
    if (code.startsWith('Z_')) return `broken gzip: ${problem.message}`;
    if (/^E[A-Z]+$/.test(code)) return `cannot be read: ${problem.message}`;
  }
  return undefined;
}
