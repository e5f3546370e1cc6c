import type { Measurement } from './metric.ts';
import { nothing } from './metric.ts';

/** The standard normal's 97.5 % quantile. */
const Z = 1.959964;

/** Share of successes with Wilson's score interval (E. B. Wilson, 1927, JASA 22:209), which holds for small n and near 0 and 1. */
export function shareOf(successes: number, n: number, ifNone: string): Measurement {
  if (n === 0) return nothing(ifNone);
  const share = successes / n;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { value: share, n, interval: [Math.max(0, centre - half), Math.min(1, centre + half)] };
}

/** Mean with Student's t interval (Student, 1908, Biometrika 6:1); no interval for a single sample. */
export function meanOf(samples: readonly number[], ifNone: string): Measurement {
  const n = samples.length;
  if (n === 0) return nothing(ifNone);
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / n;
  if (n === 1) return { value: mean, n, interval: null };
  const variance = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / (n - 1);
  const half = studentT(n - 1) * Math.sqrt(variance / n);
  return { value: mean, n, interval: [mean - half, mean + half] };
}

/**
 * Quantile by the nearest rank, with the distribution-free interval between order statistics
 * (binomial with normal approximation; Conover, Practical Nonparametric Statistics, 3.2).
 */
export function quantileOf(samples: readonly number[], quantile: number, ifNone: string): Measurement {
  const n = samples.length;
  if (n === 0) return nothing(ifNone);
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (rank: number): number => sorted[Math.min(n, Math.max(1, rank)) - 1]!;
  const half = Z * Math.sqrt(n * quantile * (1 - quantile));
  const interval: [number, number] = [at(Math.floor(n * quantile - half)), at(Math.ceil(n * quantile + half) + 1)];
  return { value: at(Math.ceil(n * quantile)), n, interval: n < 10 ? null : interval };
}

/** The 97.5 % quantile of Student's t: table for small degrees of freedom, Cornish–Fisher expansion beyond (A&S 26.7.5). */
export function studentT(degrees: number): number {
  const table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
  const tabled = table[degrees - 1];
  if (tabled !== undefined) return tabled;
  const z3 = Z ** 3;
  const z5 = Z ** 5;
  return Z + (z3 + Z) / (4 * degrees) + (5 * z5 + 16 * z3 + 3 * Z) / (96 * degrees ** 2);
}
