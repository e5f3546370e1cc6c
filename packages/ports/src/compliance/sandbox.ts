import { expect } from 'vitest';
import type { Sandbox, StepCode, StepLimits, StepOutcome, StepRun } from '../sandbox.ts';
import type { Json } from '../trace.ts';
import { type Check, type Closable, compliance } from './check.ts';

// Small modules with the exports `memory`, `alloc` and `run`.
const header = '0061736d01000000010c0260017f017f60027f7f017e0303020001050301000107180306';
const exports = '6d656d6f7279020005616c6c6f6300000372756e00010a';

/** Answers with its input as the output. */
const echo = `${header}${exports}2d0205004180080b250041f6074100410afc0a0000200020016a41fd003a000042f6074220862001410b6aad840b0b10010041000b0a7b226f7574707574223a`;
const endless = `${header}${exports}1002040041000b090003400c000b42000b`;
/** Asks for more memory until it gets none. */
const greedy = `${header}${exports}1602040041000b0f00034041014000417f470d000b000b`;

const limits: StepLimits = {
  memoryBytes: 32 * 1024 * 1024,
  fuel: 100_000_000,
  outputBytes: 64 * 1024,
  stackBytes: 128 * 1024,
};

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A step with room enough, to be changed where a test needs it. */
function stepOf(code: StepCode, changes: Partial<StepRun> = {}): StepRun {
  return {
    code,
    input: null,
    execution: 'execution-1',
    step: 'first',
    calendarMs: 1_700_000_000_000,
    limits,
    ...changes,
  };
}

const javaScript = (source: string, changes: Partial<StepRun> = {}) => stepOf({ kind: 'javascript', source }, changes);
const wasm = (hex: string, changes: Partial<StepRun> = {}) => stepOf({ kind: 'wasm', module: fromHex(hex) }, changes);

function completed(outcome: StepOutcome): { output: Json; effects: readonly Json[] } {
  if (outcome.outcome !== 'completed') {
    throw new Error(`the step did not complete: ${JSON.stringify(outcome)}`);
  }
  return { output: outcome.output, effects: outcome.effects };
}

const outputOf = (outcome: StepOutcome): Json => completed(outcome).output;

const encodingOf = (sandbox: Sandbox, source: string): string => {
  const outcome = sandbox.run(javaScript(source));
  return outcome.outcome === 'host-error' ? outcome.message : new TextDecoder().decode(outcome.encoding);
};

export interface SandboxSubject extends Closable {
  readonly sandbox: Sandbox;
  /** A second one, made like the first. */
  readonly other: Sandbox;
}

/** Holds a sandbox against its port. */
export const sandboxCompliance = (name: string, make: () => SandboxSubject | Promise<SandboxSubject>): void =>
  compliance(name, sandboxChecks, make);

export const sandboxChecks: readonly Check<SandboxSubject>[] = [
  {
    name: 'hands the input to a step, and its output and effects back',
    run({ sandbox }) {
      const step = javaScript('return { output: input.a + 1, effects: [{ operation: "write", key: "k" }] }', {
        input: { a: 1 },
      });
      expect(completed(sandbox.run(step))).toEqual({ output: 2, effects: [{ operation: 'write', key: 'k' }] });

      const echoed = completed(sandbox.run(wasm(echo, { input: { a: [1, 'ä'] } })));
      expect(echoed).toEqual({ output: { a: [1, 'ä'] }, effects: [] });
    },
  },
  {
    name: 'gives the same outcome for the same step, whatever ran before it and wherever',
    run({ sandbox, other }) {
      const steps = [
        javaScript('return { output: [Math.random(), Date.now(), new Date().toString()] }'),
        javaScript('globalThis.left = 1; Math.random = () => 4; Array.prototype.map = null'),
        javaScript('return { output: typeof left + Math.random() + [1].map(String) }'),
        javaScript('let sum = 0; for (let i = 0; i < 1000; i += 1) sum += i; return { output: sum }'),
        javaScript('while (true) {}'),
        javaScript('throw new Error("no")'),
        wasm(echo, { input: [1, 2] }),
        wasm(endless),
      ];
      const forwards = steps.map((step) => sandbox.run(step));
      const backwards = [...steps].reverse().map((step) => other.run(step));

      expect(backwards.reverse()).toEqual(forwards);
      expect(steps.map((step) => sandbox.run(step))).toEqual(forwards);
    },
  },
  {
    name: 'shows a step the time that it was given, in UTC',
    run({ sandbox }) {
      const step = javaScript('return { output: [Date.now(), new Date(0).getHours(), new Date().toISOString()] }');
      expect(outputOf(sandbox.run(step))).toEqual([1_700_000_000_000, 0, '2023-11-14T22:13:20.000Z']);
    },
  },
  {
    name: 'draws random numbers from the names of the execution and of the step, and from nothing else',
    run({ sandbox }) {
      const numbers = (changes: Partial<StepRun>): Json =>
        outputOf(sandbox.run(javaScript('return { output: [Math.random(), Math.random()] }', changes)));

      const [first, second] = numbers({}) as [number, number];
      expect(first).not.toBe(second);
      expect(numbers({ calendarMs: 5, input: 7 })).toEqual([first, second]);
      expect(numbers({ execution: 'execution-2' })).not.toEqual([first, second]);
      expect(numbers({ step: 'second' })).not.toEqual([first, second]);
    },
  },
  {
    name: 'encodes equal outcomes alike, and unlike ones unlike',
    run({ sandbox }) {
      const text = '{"effects":[],"outcome":"completed","output":{"a":2,"b":1}}';
      expect(encodingOf(sandbox, 'return { output: { b: 1, a: 2 } }')).toBe(text);
      expect(encodingOf(sandbox, 'return { effects: [], output: { a: 2, b: 1 } }')).toBe(text);
      expect(encodingOf(sandbox, 'return { output: { b: 1, a: 3 } }')).not.toBe(text);
      expect(encodingOf(sandbox, 'throw 1')).toBe('{"outcome":"error"}');
      expect(encodingOf(sandbox, 'while (true) {}')).toBe('{"outcome":"limit","which":"fuel"}');
    },
  },
  {
    name: 'ends a step that exceeds a limit, and names the limit',
    run({ sandbox }) {
      for (const [which, step] of [
        ['fuel', javaScript('while (true) {}')],
        ['fuel', wasm(endless)],
        ['memory', javaScript('const all = []; while (true) all.push(new Uint8Array(1_000_000))')],
        ['memory', wasm(greedy)],
        ['stack', javaScript('const f = () => f() + 1; f()')],
        ['output', javaScript('return { output: "x".repeat(70_000) }')],
        ['output', wasm(echo, { input: 'x'.repeat(200), limits: { ...limits, outputBytes: 100 } })],
      ] as const) {
        expect(sandbox.run(step)).toMatchObject({ outcome: 'limit', which });
      }
    },
  },
  {
    name: 'charges no more than the limit, and more for more work',
    run({ sandbox }) {
      const fuelOf = (turns: number): number => {
        const outcome = sandbox.run(javaScript('for (let i = 0; i < input; i += 1);', { input: turns }));
        return outcome.outcome === 'host-error' ? 0 : outcome.used.fuel;
      };
      expect(fuelOf(0)).toBeGreaterThan(0);
      expect(fuelOf(2000)).toBeGreaterThan(fuelOf(1000));
      expect(fuelOf(Number.MAX_SAFE_INTEGER)).toBe(limits.fuel);
    },
  },
  {
    name: 'says what is wrong with a step that fails',
    run({ sandbox }) {
      for (const [step, words] of [
        [javaScript('throw new TypeError("not today")'), 'TypeError: not today'],
        [javaScript('return {'), 'SyntaxError'],
        [javaScript('return { result: 1 }'), 'result'],
        [javaScript('return { effects: [1] }'), 'effects[0]'],
        [wasm('00'), 'not a valid WebAssembly module'],
      ] as const) {
        expect(sandbox.run(step)).toMatchObject({ outcome: 'error', message: expect.stringContaining(words) });
      }
    },
  },
];
