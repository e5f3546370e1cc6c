export { canonicalJson, NotCanonical } from './canonical-json.ts';
export { createSandbox, prepareEngine } from './create-sandbox.ts';
export { EngineFailed, smallestMemoryBytes } from './javascript/engine.ts';
export { greatestModuleBytes } from './wasm/run-module.ts';
export type { CompiledModule } from './web-assembly.ts';
