import type { Log, Storage } from '@qflow/ports';

/** Logs that live as long as this value: for nodes whose disks no test looks at. */
export function memoryStorage(): Storage {
  const logs = new Map<string, Uint8Array[]>();
  return {
    openLog(name): Log {
      const existed = logs.has(name);
      const records = logs.get(name) ?? [];
      logs.set(name, records);
      const atOpening = [...records];
      return {
        existed,
        records: () => atOpening,
        append: (record) => {
          records.push(record.slice());
        },
        sync() {},
        replace: (replacement) => {
          records.splice(0, records.length, ...[...replacement].map((record) => record.slice()));
        },
        close() {},
      };
    },
  };
}
