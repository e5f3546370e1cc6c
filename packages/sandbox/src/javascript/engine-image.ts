import { type CompiledModule, pageBytes, webAssembly } from '../web-assembly.ts';
import { checkEngine, type Engine, EngineFailed, newEngine, smallestMemoryBytes } from './engine.ts';
import { harness } from './harness.ts';

/** For QuickJS's own check, which a step can catch, of the stack that it keeps in the linear memory. */
const innerStackBytes = 131_072;

/**
 * The memory of an engine that stands ready to run a step: runtime, context and harness are made. Every step starts from
 * a copy of this image, so all start from the same bits, in a small part of the time that making takes.
 * Plain data, which may be sent to worker threads.
 */
export interface EngineImage {
  readonly module: CompiledModule;
  /** The parts of the memory that are not zero. */
  readonly parts: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  readonly runtime: number;
  readonly context: number;
  readonly harness: number;
}

/**
 * Compiles and starts QuickJS, once a thread.
 * @param metered what `meterEngine` made
 * @throws EngineFailed for another binary
 */
export function prepareEngine(metered: Uint8Array): EngineImage {
  const module = new webAssembly.Module(metered);
  checkEngine(module);
  const engine = newEngine(module);
  engine.begin({
    memoryBytes: smallestMemoryBytes,
    fuel: Number.MAX_SAFE_INTEGER,
    stackBytes: 0x7fffffff,
    calendarMs: 0,
  });
  engine.call('start');
  engine.call('initialise');
  const runtime = engine.call('newRuntime');
  engine.call('setMaxStackSize', runtime, innerStackBytes);
  const context = engine.call('newContext', runtime, 0);
  const code = engine.write(harness);
  const made = engine.call('evaluate', context, code.at, code.length, engine.write('step').at, 0, 0);
  if (engine.call('resolveException', context, made) !== 0) {
    throw new EngineFailed('QuickJS does not take the script that runs the steps');
  }
  return { module, parts: partsOf(new Uint8Array(engine.memory.buffer)), runtime, context, harness: made };
}

/** Makes the memory of an engine, new or used, the same to the last bit as the one that the image was taken of. */
export function restore(image: EngineImage, engine: Engine): void {
  const memory = new Uint8Array(engine.memory.buffer);
  memory.fill(0);
  for (const { at, bytes } of image.parts) {
    memory.set(bytes, at);
  }
}

/** Runs of pages that are not zero throughout. */
function partsOf(memory: Uint8Array): EngineImage['parts'] {
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let start = -1;
  for (let page = 0; page <= memory.length; page += pageBytes / 16) {
    const used = page < memory.length && memory.subarray(page, page + pageBytes / 16).some((byte) => byte !== 0);
    if (used && start < 0) {
      start = page;
    } else if (!used && start >= 0) {
      parts.push({ at: start, bytes: memory.slice(start, page) });
      start = -1;
    }
  }
  return parts;
}
