import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { meterEngine } from '../javascript/engine.ts';
import { type EngineImage, prepareEngine } from '../javascript/engine-image.ts';

let prepared: EngineImage | undefined;

/** QuickJS from the installed package, made ready once for all tests of a file. */
export function preparedEngine(): EngineImage {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  prepared ??= prepareEngine(meterEngine(readFileSync(file)));
  return prepared;
}
