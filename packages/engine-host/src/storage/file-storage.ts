import { join } from 'node:path';
import { type Storage, StorageFailed } from '@qflow/ports';
import { codeOf, type Files, realFiles } from './files.ts';
import { openLogFile } from './log-file.ts';

/** One directory of log files, `NAME.log` each. Creates the directory, readable by its owner alone. */
export function fileStorage(directory: string, files: Files = realFiles): Storage {
  return {
    openLog(name) {
      try {
        files.mkdirSync(directory, { recursive: true, mode: 0o700 });
        return openLogFile(files, name, join(directory, `${name}.log`));
      } catch (error) {
        throw (error as NodeJS.ErrnoException).syscall === undefined ? error : new StorageFailed(name, codeOf(error));
      }
    },
  };
}
