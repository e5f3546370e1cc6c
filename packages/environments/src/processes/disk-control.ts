import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ClusterNode, DiskControl, HistoryRecorder, LogRecord } from '@qflow/chaos';
import { DiskUntouched } from '../host/refusals.ts';
import type { NodeProcess } from './node-process.ts';

/** Damages the files of nodes that are not running; never a file outside `directory`, the deployment's own. */
export function diskControl(
  nodeOf: (node: ClusterNode) => NodeProcess,
  directory: string,
  history: Pick<HistoryRecorder, 'deed'>,
): DiskControl {
  function idle(node: ClusterNode): NodeProcess {
    const found = nodeOf(node);
    if (found.state() !== 'gone') {
      throw new DiskUntouched(node, `the node is ${found.state()}; stop it first`);
    }
    for (const path of [found.specification.dataDirectory, found.specification.logFile]) {
      const inside = relative(directory, path);
      if (inside === '' || inside.startsWith('..')) {
        throw new DiskUntouched(node, `${path} is not inside the deployment's directory ${directory}`);
      }
    }
    return found;
  }

  async function readLog(node: ClusterNode): Promise<{ path: string; log: Buffer; records: readonly LogRecord[] }> {
    const { logFile: path, logRecords } = idle(node).specification;
    const log = await readFile(path);
    // A target that does not tell where its records lie has one: the whole log.
    const records = logRecords?.(log) ?? [{ start: 0, end: log.length }];
    if (records.length === 0 || log.length === 0) {
      throw new DiskUntouched(node, `its log ${path} holds no record`);
    }
    return { path, log, records };
  }

  const deed = (f: string, node: ClusterNode, more: Readonly<Record<string, number>> = {}) =>
    history.deed({ f, value: { node: node.name, ...more }, phase: 'invoked' });

  return {
    async wipe(node) {
      const { dataDirectory } = idle(node).specification;
      await rm(dataDirectory, { recursive: true, force: true });
      await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
      deed('disks.wipe', node);
    },

    async tear(node) {
      const { path, log, records } = await readLog(node);
      const { start, end } = records.at(-1)!;
      // More than was ever acknowledged, cut off: what was synced before stays whole, as it does in a crash.
      const half = log.subarray(start, start + Math.max(1, (end - start) >> 1));
      await writeFile(path, Buffer.concat([log.subarray(0, end), half]));
      deed('disks.tear', node, { atByte: end, bytes: half.length });
    },

    async flip(node) {
      const { path, log, records } = await readLog(node);
      if (records.length < 2 && nodeOf(node).specification.logRecords !== undefined) {
        throw new DiskUntouched(node, `its log ${path} holds one record, so none is in its middle`);
      }
      const { start, end } = records[(records.length - 1) >> 1]!;
      const atByte = start + ((end - start) >> 1);
      log[atByte]! ^= 1;
      await writeFile(path, log);
      deed('disks.flip', node, { atByte });
    },

    async usedBytes(node) {
      return bytesIn(nodeOf(node).specification.dataDirectory);
    },
  };
}

async function bytesIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
  );
  return sizes.reduce((total, { size }) => total + size, 0);
}
