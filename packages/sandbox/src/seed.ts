import type { StepRun } from '@qflow/ports';

/**
 * 64 bits that depend on nothing but the names of the execution and of the step: FNV-1a (Fowler, Noll, Vo), then the
 * finaliser of SplitMix64 (Steele, Lea, Flood 2014), so that similar names give unlike seeds.
 */
export function seedOf(run: Pick<StepRun, 'execution' | 'step'>): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify([run.execution, run.step]))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return mix(hash);
}

/** An endless row of 64-bit numbers from one seed: SplitMix64. */
export function randomNumbers(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    return mix(state);
  };
}

function mix(value: bigint): bigint {
  let mixed = BigInt.asUintN(64, (value ^ (value >> 30n)) * 0xbf58476d1ce4e5b9n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  return mixed ^ (mixed >> 31n);
}
