import type { StepOutcome, StepRun, StepUsage } from '@qflow/ports';
import { failed, finished, limitReached } from '../outcome.ts';
import { seedOf } from '../seed.ts';
import type { CompiledModule } from '../web-assembly.ts';
import { type Engine, EngineFailed, smallestMemoryBytes, startEngine } from './engine.ts';
import { harness } from './harness.ts';

/** QuickJS's own check, in its stack inside the linear memory. More overruns the machine's stack before it is noticed. */
const greatestStackBytes = 131_072;

/** Calls of the engine's own functions may be this deep, by the meter's estimate. QuickJS's own check comes first. */
const engineStackBytes = 4 * 1024 * 1024;

/** For making the engine ready, which takes 4 million. */
const engineFuel = 1_000_000_000;

/** Runs a JavaScript step in an engine of its own. @throws what is the machine's fault, not the step's */
export function runJavaScript(engineModule: CompiledModule, run: StepRun, source: string): StepOutcome {
  const { limits } = run;
  const idle: StepUsage = { fuel: 0, memoryBytes: 0, outputBytes: 0 };
  if (limits.memoryBytes < smallestMemoryBytes) {
    return limitReached('memory', limits, idle);
  }
  // QuickJS seeds Math.random from the clock when it makes a context: then, and only then, it is shown the seed.
  let clock = Number(seedOf(run) >> 22n);
  const engine = startEngine(engineModule, {
    memoryBytes: limits.memoryBytes,
    fuel: engineFuel,
    stackBytes: engineStackBytes,
    calendarMs: () => clock,
  });

  const used = (outputBytes: number): StepUsage => ({
    fuel: Math.min(limits.fuel, limits.fuel - Number(engine.fuel.value)),
    memoryBytes: engine.memory.buffer.byteLength,
    outputBytes,
  });

  try {
    const runtime = engine.call('newRuntime');
    engine.call('setMaxStackSize', runtime, Math.min(limits.stackBytes, greatestStackBytes));
    const context = engine.call('newContext', runtime, 0);
    clock = run.calendarMs;
    // Making the engine ready is not the step's own work.
    engine.fuel.value = BigInt(limits.fuel);
    const state = evaluate(engine, runtime, context, harness(source, JSON.stringify(run.input)), limits.outputBytes);
    // The last stretch of code is charged without a look.
    return engine.fuel.value < 0n ? limitReached('fuel', limits, used(0)) : judge(state, engine, run, used);
  } catch (error) {
    if (engine.fuel.value < 0n) {
      return limitReached('fuel', limits, used(0));
    }
    if (Number(engine.stack.value) < 0) {
      return limitReached('stack', limits, used(0));
    }
    if (engine.memoryRefused() && !(error instanceof EngineFailed)) {
      return limitReached('memory', limits, used(0));
    }
    throw error;
  }
}

/** What the harness says at the end: its state letter and text as bytes; nothing when the engine could not even say that. */
function evaluate(
  engine: Engine,
  runtime: number,
  context: number,
  script: string,
  outputBytes: number,
): Uint8Array | undefined {
  const code = engine.write(script);
  const file = engine.write('step.js');
  if (runtime === 0 || context === 0 || code.at === 0 || file.at === 0) {
    return undefined;
  }
  const read = engine.call('evaluate', context, code.at, code.length, file.at, 0, 0);
  if (read === 0 || engine.call('resolveException', context, read) !== 0) {
    return undefined;
  }
  const lastContext = engine.call('malloc', 4);
  engine.call('executePendingJob', runtime, -1, lastContext);
  const state = engine.call('call', context, read, engine.call('getUndefined'), 0, 0);
  const at = state === 0 ? 0 : engine.call('getString', context, state);
  return at === 0 ? undefined : engine.bytesUntilZero(at, outputBytes + 2);
}

function judge(
  state: Uint8Array | undefined,
  engine: Engine,
  run: StepRun,
  used: (outputBytes: number) => StepUsage,
): StepOutcome {
  const text = state === undefined ? '' : new TextDecoder().decode(state.subarray(1));
  const size = state === undefined ? 0 : state.length - 1;

  switch (String.fromCharCode(state?.[0] ?? 0)) {
    case 'd':
      return size > run.limits.outputBytes
        ? limitReached('output', run.limits, used(size))
        : finished(text, used(size));
    case 'p':
      return failed('the step returned a promise that nothing settles', used(0));
    case 'e':
      if (text.startsWith('InternalError: stack overflow')) {
        return limitReached('stack', run.limits, used(0));
      }
      if (engine.memoryRefused() && text.includes('out of memory')) {
        return limitReached('memory', run.limits, used(0));
      }
      return failed(text, used(0));
    default:
      return engine.memoryRefused()
        ? limitReached('memory', run.limits, used(0))
        : failed('the step could not be evaluated', used(0));
  }
}
