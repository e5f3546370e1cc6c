import type { StepOutcome, StepRun, StepUsage } from '@qflow/ports';
import { failed, finished, greatestStackBytes, limitReached } from '../outcome.ts';
import { randomNumbers, seedOf } from '../seed.ts';
import {
  type CompiledModule,
  type GlobalVariable,
  type LinearMemory,
  type ModuleFunction,
  type ModuleInstance,
  pageBytes,
  webAssembly,
} from '../web-assembly.ts';
import { ModuleRefused } from './module-refused.ts';
import { meterExports, rewriteModule } from './rewrite.ts';

/** Larger modules are refused: rewriting and compiling them is not charged. */
export const greatestModuleBytes = 1024 * 1024;

/** `qflow.calendarMs: () → i64`, `qflow.random: () → i64`, and the `env.abort` that AssemblyScript asks for. */
const allowedImports: ReadonlySet<string> = new Set(['qflow.calendarMs', 'qflow.random', 'env.abort']);

/** How many rewritten modules are kept: a flow's steps run again and again. */
const keptModules = 32;

class Aborted extends Error {}

/**
 * Runs plain WebAssembly modules. The module exports
 * - `memory`;
 * - `alloc: (length: i32) → i32`, which gives the place for the input;
 * - `run: (at: i32, length: i32) → i64`, which takes the input as UTF-8 JSON, and answers with the place of
 *   `{"output": …, "effects": […]}` as UTF-8 JSON: the address in the upper 32 bits, the length in the lower.
 */
export function createModuleRunner(): (run: StepRun, bytes: Uint8Array) => StepOutcome {
  const kept: { readonly bytes: Uint8Array; readonly maximumPages: number; readonly module: CompiledModule }[] = [];

  const prepare = (bytes: Uint8Array, maximumPages: number): CompiledModule => {
    const at = kept.findIndex((one) => one.maximumPages === maximumPages && sameBytes(one.bytes, bytes));
    const [found] = at < 0 ? [] : kept.splice(at, 1);
    const module = found?.module ?? compile(bytes, maximumPages);
    kept.unshift(found ?? { bytes: bytes.slice(), maximumPages, module });
    kept.length = Math.min(kept.length, keptModules);
    return module;
  };

  return (run, bytes) => {
    const idle: StepUsage = { fuel: 0, memoryBytes: 0, outputBytes: 0 };
    try {
      return execute(prepare(bytes, Math.min(65_536, Math.floor(run.limits.memoryBytes / pageBytes))), run);
    } catch (error) {
      if (error instanceof ModuleRefused) {
        return failed(`the module is refused: ${error.message}`, idle);
      }
      throw error;
    }
  };
}

function compile(bytes: Uint8Array, maximumPages: number): CompiledModule {
  if (bytes.length > greatestModuleBytes) {
    throw new ModuleRefused(`it has ${bytes.length} bytes, more than the ${greatestModuleBytes} allowed`);
  }
  // First the platform's own word: the rewriting adds locals and globals that an invalid module could reach for.
  if (!webAssembly.validate(bytes)) {
    throw new ModuleRefused('it is not a valid WebAssembly module');
  }
  return new webAssembly.Module(rewriteModule(bytes, { maximumPages, imports: allowedImports, oneNaN: true }));
}

function execute(module: CompiledModule, run: StepRun): StepOutcome {
  const { limits } = run;
  const random = randomNumbers(seedOf(run));
  let instance: ModuleInstance | undefined;

  const meter = (name: keyof typeof meterExports): number => {
    return Number((instance!.exports[meterExports[name]] as GlobalVariable).value);
  };
  const used = (outputBytes: number): StepUsage => {
    const memory = instance?.exports.memory as LinearMemory | undefined;
    return {
      fuel: instance === undefined ? 0 : Math.min(limits.fuel, limits.fuel - meter('fuel')),
      memoryBytes: memory?.buffer?.byteLength ?? 0,
      outputBytes,
    };
  };

  try {
    instance = new webAssembly.Instance(module, {
      qflow: {
        calendarMs: () => BigInt(Math.trunc(run.calendarMs)),
        random: () => BigInt.asIntN(64, random()),
      },
      env: {
        abort: () => {
          throw new Aborted('the module called abort');
        },
      },
    });
    (instance.exports[meterExports.fuel] as GlobalVariable).value = BigInt(limits.fuel);
    (instance.exports[meterExports.stack] as GlobalVariable).value = Math.min(limits.stackBytes, greatestStackBytes);

    const result = call(instance, new TextEncoder().encode(JSON.stringify(run.input)), limits.outputBytes);
    // The last stretch of code is charged without a look.
    if (meter('fuel') < 0) {
      return limitReached('fuel', limits, used(0));
    }
    if (typeof result === 'number') {
      return limitReached('output', limits, used(result));
    }
    return finished(new TextDecoder('utf-8', { fatal: true }).decode(result), used(result.length));
  } catch (error) {
    if (instance !== undefined && meter('fuel') < 0) {
      return limitReached('fuel', limits, used(0));
    }
    if (instance !== undefined && meter('stack') < 0) {
      return limitReached('stack', limits, used(0));
    }
    if (instance !== undefined && meter('growthRefused') !== 0 && error instanceof webAssembly.RuntimeError) {
      return limitReached('memory', limits, used(0));
    }
    if (isTheStepsFault(error)) {
      return failed((error as Error).message, used(0));
    }
    throw error;
  }
}

/** The result's bytes, or how many there would be when they are too many. */
function call(instance: ModuleInstance, input: Uint8Array, outputBytes: number): Uint8Array | number {
  const { memory, alloc, run, [meterExports.start]: start } = instance.exports;
  if (!isMemory(memory) || typeof alloc !== 'function' || typeof run !== 'function') {
    throw new ModuleRefused('it does not export memory, alloc and run');
  }
  (start as ModuleFunction | undefined)?.();
  const at = (alloc as ModuleFunction)(input.length);
  if (typeof at !== 'number') {
    throw new ModuleRefused('its alloc does not return an i32');
  }
  view(memory, at, input.length, 'alloc').set(input);
  const answer = (run as ModuleFunction)(at, input.length);
  if (typeof answer !== 'bigint') {
    throw new ModuleRefused('its run does not return an i64');
  }
  const length = Number(BigInt.asUintN(32, answer));
  if (length > outputBytes) {
    return length;
  }
  return view(memory, Number(BigInt.asUintN(32, answer >> 32n)), length, 'run');
}

function view(memory: LinearMemory, at: number, length: number, who: string): Uint8Array {
  const start = at >>> 0;
  if (start + length > memory.buffer.byteLength) {
    throw new ModuleRefused(`its ${who} points outside its memory`);
  }
  return new Uint8Array(memory.buffer, start, length);
}

function isMemory(value: unknown): value is LinearMemory {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'grow' in value;
}

/** Traps, and what the bytes or the module itself are to blame for. A full stack of the machine is neither. */
function isTheStepsFault(error: unknown): boolean {
  return (
    error instanceof ModuleRefused ||
    error instanceof Aborted ||
    error instanceof webAssembly.RuntimeError ||
    error instanceof webAssembly.LinkError ||
    error instanceof TypeError
  );
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) {
    return false;
  }
  for (let index = 0; index < one.length; index += 1) {
    if (one[index] !== other[index]) {
      return false;
    }
  }
  return true;
}
