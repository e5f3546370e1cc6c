import { meterExports, rewriteModule } from '../wasm/rewrite.ts';
import {
  type CompiledModule,
  type GlobalVariable,
  type LinearMemory,
  type ModuleFunction,
  pageBytes,
  webAssembly,
} from '../web-assembly.ts';

// QuickJS, as @jitl/quickjs-wasmfile-release-sync 0.32.0 builds it. Its own loader instantiates asynchronously and hands the
// machine's clock, time zone, environment and console in; this one is synchronous and hands in nothing. The build shortens
// the names of imports and exports, so the lists below belong to exactly that version; `checkEngine` checks that they fit.

const exported = {
  start: meterExports.start,
  initialise: 'u',
  malloc: 'v',
  setMaxStackSize: 'D',
  newRuntime: 'K',
  newContext: 'N',
  newString: '_',
  getUndefined: 'E',
  getString: '$',
  executePendingJob: 'ga',
  call: 'ma',
  resolveException: 'na',
  evaluate: 'pa',
} as const;

type EngineFunction = keyof typeof exported;

const imported = 'bcdefghijklmnopqrst';
const exports = 75;

/** QuickJS's stack, data and first objects take 5.2 MiB of this. */
export const smallestMemoryBytes = 6 * 1024 * 1024;
const greatestPages = 32_768;

/** The engine was asked for something that only a machine could give. Shows a fault of ours, not of the step. */
export class EngineFailed extends Error {
  override readonly name = 'EngineFailed';
}

/**
 * QuickJS, rewritten to meter itself, so that one native call that runs long is charged like any loop. Takes a fifth of a
 * second, and gives the same bytes every time: meant to be done once, when the product is built.
 * @param quickJs the file `@jitl/quickjs-wasmfile-release-sync/wasm`
 */
export function meterEngine(quickJs: Uint8Array): Uint8Array {
  return rewriteModule(quickJs, {
    maximumPages: greatestPages,
    imports: new Set([...imported].map((name) => `a.${name}`)),
    importedMemory: 'a.a',
    // QuickJS stores every NaN as the same bits by itself.
    oneNaN: false,
  });
}

/** One engine with a memory of its own. */
export interface Engine {
  readonly memory: LinearMemory;
  readonly fuel: GlobalVariable;
  readonly stack: GlobalVariable;
  /** Sets the meters and the clock for a run. */
  begin(settings: EngineSettings): void;
  /** Whether the engine asked for more memory than the cap since `begin`. */
  readonly memoryRefused: () => boolean;
  call(name: EngineFunction, ...values: number[]): number;
  /** Puts a text into the memory, with a zero behind it, and says where; at 0 when there is no room. */
  write(text: string): { readonly at: number; readonly length: number };
  bytesUntilZero(at: number, most: number): Uint8Array;
}

export interface EngineSettings {
  readonly memoryBytes: number;
  readonly fuel: number;
  /** Estimated by the meter, for the engine's own calls. */
  readonly stackBytes: number;
  /** What QuickJS sees as the time. */
  readonly calendarMs: number;
}

/**
 * A new instance, as the module leaves it: call its start, or restore an image of a started one.
 * @throws EngineFailed when the machine has no memory for it
 */
export function newEngine(module: CompiledModule): Engine {
  const memory = newMemory(smallestMemoryBytes / pageBytes, greatestPages);
  let calendarMs = 0;
  let capPages = 0;
  let refused = false;

  const resize = (bytes: number): number => {
    const pages = Math.ceil((bytes >>> 0) / pageBytes);
    const now = memory.buffer.byteLength / pageBytes;
    // The engine has no other way to grow: it holds no instruction that does.
    if (pages > capPages) {
      refused = true;
      return 0;
    }
    try {
      memory.grow(pages - now);
      return 1;
    } catch {
      throw new EngineFailed(`the machine refused ${pages} pages of memory, which the step may use`);
    }
  };
  const words = (at: number, count: number) => new Int32Array(memory.buffer, at, count);
  const never = (what: string): ModuleFunction => {
    return () => {
      throw new EngineFailed(`the engine asked for ${what}, which it has no use for`);
    };
  };

  // Deny by default: everything that is not needed to compute throws, and time is what the step was given, in UTC.
  const imports: Record<string, ModuleFunction | LinearMemory> = {
    a: memory,
    b: never('an assertion'),
    c: () => 52,
    d: () => 52,
    e: () => 0,
    f: (count, size) => {
      words(Number(count), 1)[0] = 0;
      words(Number(size), 1)[0] = 0;
      return 0;
    },
    g: never('a module name'),
    h: never('a module'),
    i: never('an interrupt'),
    j: () => 0,
    k: (bytes) => resize(Number(bytes)),
    l: () => undefined,
    m: (_seconds, time) => {
      words(Number(time), 11).fill(0);
    },
    n: (zone, daylight, standardName, daylightName) => {
      words(Number(zone), 1)[0] = 0;
      words(Number(daylight), 1)[0] = 0;
      for (const name of [standardName, daylightName]) {
        new Uint8Array(memory.buffer).set([0x55, 0x54, 0x43, 0], Number(name));
      }
    },
    o: () => 70,
    p: () => calendarMs,
    q: never('an abort'),
    r: never('an exit'),
    s: never('a function of the host'),
    t: never('a reference of the host'),
  };

  const instance = new webAssembly.Instance(module, { a: imports });
  const fuel = instance.exports[meterExports.fuel] as GlobalVariable;
  const stack = instance.exports[meterExports.stack] as GlobalVariable;
  const call = (name: EngineFunction, ...values: number[]): number =>
    Number((instance.exports[exported[name]] as ModuleFunction)(...values));

  return {
    memory,
    fuel,
    stack,
    call,
    memoryRefused: () => refused,

    begin(settings) {
      fuel.value = BigInt(settings.fuel);
      stack.value = settings.stackBytes;
      calendarMs = settings.calendarMs;
      capPages = Math.min(Math.floor(settings.memoryBytes / pageBytes), greatestPages);
      refused = false;
    },

    write(text) {
      const bytes = new TextEncoder().encode(text);
      const at = call('malloc', bytes.length + 1);
      if (at !== 0) {
        const target = new Uint8Array(memory.buffer, at, bytes.length + 1);
        target.set(bytes);
        target[bytes.length] = 0;
      }
      return { at, length: bytes.length };
    },

    bytesUntilZero(at, most) {
      const bytes = new Uint8Array(memory.buffer, at, Math.min(most, memory.buffer.byteLength - at));
      const zero = bytes.indexOf(0);
      return bytes.subarray(0, zero < 0 ? bytes.length : zero);
    },
  };
}

/** @throws EngineFailed when the module is not the build that this file knows */
export function checkEngine(module: CompiledModule): void {
  const names = webAssembly.Module.exports(module).map(({ name }) => name);
  const meters = Object.values(meterExports).filter((name) => names.includes(name));
  const missing = Object.values(exported).filter((name) => !names.includes(name));
  if (names.length - meters.length !== exports || missing.length > 0 || meters.length !== 4) {
    throw new EngineFailed('the QuickJS binary is not the one of @jitl/quickjs-wasmfile-release-sync 0.32.0');
  }
}

function newMemory(initial: number, maximum: number): LinearMemory {
  try {
    return new webAssembly.Memory({ initial, maximum });
  } catch (error) {
    throw new EngineFailed(`the machine has no memory for a step: ${String(error)}`);
  }
}
