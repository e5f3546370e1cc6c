import type { StepOutcome, StepRun, StepUsage } from '@qflow/ports';
import { failed, finished, greatestStackBytes, limitReached } from '../outcome.ts';
import { seedOf } from '../seed.ts';
import { type Engine, EngineFailed, newEngine, smallestMemoryBytes } from './engine.ts';
import { type EngineImage, restore } from './engine-image.ts';

/**
 * Runs JavaScript steps, each in an engine that is as new. An engine whose step came to its end is kept for the next one,
 * because making one costs more than most steps; one that was cut off, or whose memory grew, is dropped.
 */
export function createJavaScriptRunner(image: EngineImage): (run: StepRun, source: string) => StepOutcome {
  let spare: Engine | undefined;

  return (run, source) => {
    if (run.limits.memoryBytes < smallestMemoryBytes) {
      return limitReached('memory', run.limits, { fuel: 0, memoryBytes: 0, outputBytes: 0 });
    }
    const engine = spare ?? newEngine(image.module);
    spare = undefined;
    restore(image, engine);
    const { outcome, cameToItsEnd } = runIn(engine, image, run, source);
    if (cameToItsEnd && engine.memory.buffer.byteLength === smallestMemoryBytes) {
      spare = engine;
    }
    return outcome;
  };
}

/** @throws what is the machine's fault, not the step's */
function runIn(
  engine: Engine,
  image: EngineImage,
  run: StepRun,
  source: string,
): { outcome: StepOutcome; cameToItsEnd: boolean } {
  const { limits } = run;
  engine.begin({
    memoryBytes: limits.memoryBytes,
    fuel: limits.fuel,
    stackBytes: Math.min(limits.stackBytes, greatestStackBytes),
    calendarMs: run.calendarMs,
  });

  const used = (outputBytes: number): StepUsage => ({
    fuel: Math.min(limits.fuel, limits.fuel - Number(engine.fuel.value)),
    memoryBytes: engine.memory.buffer.byteLength,
    outputBytes,
  });

  try {
    const state = evaluate(image, engine, run, source);
    // The last stretch of code is charged without a look.
    const overdrawn = engine.fuel.value < 0n;
    const outcome = overdrawn ? limitReached('fuel', limits, used(0)) : judge(state, engine, run, used);
    return { outcome, cameToItsEnd: true };
  } catch (error) {
    if (engine.fuel.value < 0n) {
      return { outcome: limitReached('fuel', limits, used(0)), cameToItsEnd: false };
    }
    if (Number(engine.stack.value) < 0) {
      return { outcome: limitReached('stack', limits, used(0)), cameToItsEnd: false };
    }
    if (engine.memoryRefused() && !(error instanceof EngineFailed)) {
      return { outcome: limitReached('memory', limits, used(0)), cameToItsEnd: false };
    }
    throw error;
  }
}

/** What the harness says at the end: its state letter and text, in bytes; nothing when the engine could not even say that. */
function evaluate(image: EngineImage, engine: Engine, run: StepRun, source: string): Uint8Array | undefined {
  const { runtime, context, harness } = image;
  const nothing = engine.call('getUndefined');
  const text = engine.write(JSON.stringify({ source, input: run.input, seed: seedWords(run) }));
  const order = text.at === 0 ? 0 : engine.call('newString', context, text.at);
  const place = engine.call('malloc', 8);
  if (order === 0 || place === 0) {
    return undefined;
  }
  // Two words: where the order is, and where QuickJS may note the last context it worked in.
  new Uint32Array(engine.memory.buffer, place, 1)[0] = order;
  const ran = engine.call('call', context, harness, nothing, 1, place);
  if (ran === 0 || engine.call('resolveException', context, ran) !== 0) {
    return undefined;
  }
  engine.call('executePendingJob', runtime, -1, place + 4);
  const state = engine.call('call', context, harness, nothing, 0, 0);
  const at = state === 0 ? 0 : engine.call('getString', context, state);
  return at === 0 ? undefined : engine.bytesUntilZero(at, run.limits.outputBytes + 2);
}

function seedWords(run: StepRun): number[] {
  const seed = seedOf(run);
  return [Number(BigInt.asIntN(32, seed)), Number(BigInt.asIntN(32, seed >> 32n)), 0];
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
