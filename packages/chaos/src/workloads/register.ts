import type { Json } from '@qflow/checkers';
import { z } from 'zod';
import type { PlannedOperation } from './client.ts';
import type { Workload } from './workload.ts';

const optionsSchema = z.strictObject({
  /** How many registers; few, so that clients contend for them. */
  keys: z.int().positive().max(1_000).default(3),
  ratePerSecond: z.number().positive().max(10_000).default(50),
  /** Shares of the three kinds of operation; only their proportions count. */
  mix: z
    .strictObject({ read: z.number().min(0), write: z.number().min(0), cas: z.number().min(0) })
    .refine(({ read, write, cas }) => read + write + cas > 0, 'at least one share must be above 0')
    .default({ read: 0.4, write: 0.4, cas: 0.2 }),
  timeoutMs: z.number().positive().default(2_000),
});

export type RegisterOptions = z.input<typeof optionsSchema>;

/** How many of a key's latest values a compare-and-set guesses among: the older ones seldom hold any more. */
const GUESSED_AMONG = 3;

/**
 * Reads, writes and compare-and-sets (`cas`, value `[expected, new]`) on a few contended registers. Each written value
 * is unique in the run, so that a reader can tell whose it saw.
 */
export function register(options: RegisterOptions = {}): Workload {
  const { keys, ratePerSecond, mix, timeoutMs } = optionsSchema.parse(options);
  const names = Array.from({ length: keys }, (_, place) => `r${place + 1}`);
  const total = mix.read + mix.write + mix.cas;

  return {
    name: 'register',
    ratePerSecond,
    timeoutMs,
    begin(random) {
      const recent = new Map<string, Json[]>(names.map((name) => [name, [null]]));
      return (sequence) => {
        const key = names[random.between(0, keys - 1)]!;
        const latest = recent.get(key)!;
        const draw = random.unit() * total;
        if (draw < mix.read) return { f: 'read', key, value: null };

        const written = `v${sequence}`;
        const f = draw < mix.read + mix.write ? 'write' : 'cas';
        const expected = latest[random.between(0, latest.length - 1)] ?? null;
        latest.push(written);
        if (latest.length > GUESSED_AMONG) latest.shift();
        return { f, key, value: f === 'write' ? written : [expected, written] };
      };
    },
    probe: (name) => ({ f: 'write', key: names[0]!, value: `probe-${name}` }),
    finalReads: (): readonly PlannedOperation[] => names.map((key) => ({ f: 'read', key, value: null })),
  };
}
