export { canonicalJson, NotCanonical } from './canonical-json.ts';
export { createSandbox } from './create-sandbox.ts';
export { EngineFailed, meterEngine, smallestMemoryBytes } from './javascript/engine.ts';
export { type EngineImage, prepareEngine } from './javascript/engine-image.ts';
export { greatestModuleBytes } from './wasm/run-module.ts';
