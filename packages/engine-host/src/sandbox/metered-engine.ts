import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { meterEngine } from '@qflow/sandbox';

/**
 * QuickJS as the worker threads want it.
 * @param file written by the build from this function's own result; without it, the installed package is metered here,
 *   which takes a fifth of a second
 */
export function readMeteredEngine(file?: string): Uint8Array {
  if (file !== undefined) {
    return readFileSync(file);
  }
  const packaged = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  return meterEngine(readFileSync(packaged));
}
