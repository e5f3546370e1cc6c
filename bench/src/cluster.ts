import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, recordHistory } from '@qflow/chaos';
import { processes } from '@qflow/environments';
import { qflow } from '@qflow/targets';

/** A cluster of real nodes for a measurement, ended with the block that uses it. */
export interface MeasuredCluster extends AsyncDisposable {
  readonly cluster: Cluster;
  /** From nothing to every node answering, in milliseconds. */
  readonly readyMs: number;
}

let deployed = 0;

export async function measuredCluster(size: number): Promise<MeasuredCluster> {
  deployed += 1;
  const runId = `bench-${process.pid}-${deployed}`;
  const directory = join(tmpdir(), runId);
  const startedMs = performance.now();
  const cluster = await processes().deploy({
    target: qflow(),
    size,
    seed: deployed,
    runId,
    directory,
    history: recordHistory(),
  });
  return {
    cluster,
    readyMs: performance.now() - startedMs,
    async [Symbol.asyncDispose]() {
      await cluster.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Processor time that a process has used so far, in milliseconds, and its resident memory in MB. */
export async function usageOf(pid: number): Promise<{ cpuMs: number; residentMb: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Fields 14 and 15 of proc(5), in ticks of 10 ms; field 24 in pages of 4 KiB.
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, residentMb: (Number(fields[21]) * 4096) / 1e6 };
}
