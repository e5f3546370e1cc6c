import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Halt, SafetyLever } from '@qflow/chaos';
import { stateDirectory } from './state-directory.ts';
import { removeWholeFile, writeWholeFile } from './whole-file.ts';

/** Asking the file system whether a file is there costs some 5 µs. */
const pollMs = 50;

/** The safety lever of this user on this machine: pulled while the file `halted.json` is there, whatever it holds. */
export function fileLever(state = stateDirectory()): SafetyLever {
  const path = join(state, 'halted.json');

  function halted(): Halt | null {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? null : unreadable(message);
    }
    try {
      const { at, reason } = JSON.parse(text) as Partial<Halt>;
      return typeof at === 'string' && typeof reason === 'string' ? { at, reason } : unreadable('it is no halt');
    } catch {
      return unreadable('it is no JSON');
    }
  }

  const unreadable = (why: string): Halt => ({ at: 'an unknown time', reason: `${path} cannot be read: ${why}` });

  return {
    halted,

    async halt(reason) {
      const already = halted();
      if (already !== null) {
        return already;
      }
      const halt: Halt = { at: new Date().toISOString(), reason };
      await writeWholeFile(path, halt);
      return halt;
    },

    async resume() {
      const lifted = halted();
      return (await removeWholeFile(path)) ? lifted : null;
    },

    watch(onHalt) {
      const look = (): void => {
        const halt = existsSync(path) ? halted() : null;
        if (halt !== null) {
          clearInterval(polling);
          onHalt(halt);
        }
      };
      const polling = setInterval(look, pollMs);
      polling.unref();
      look();
      return () => clearInterval(polling);
    },
  };
}
