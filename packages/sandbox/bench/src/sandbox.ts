// What a step costs. Prints a page for docs/performance/sandbox.md:
//   npx tsc -b packages/sandbox/bench && node packages/sandbox/bench/dist/sandbox.js
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { createSandbox, meterEngine, prepareEngine } from '@qflow/sandbox';
import createWabt from 'wabt';

const limits = { memoryBytes: 32 * 1024 * 1024, fuel: 2_000_000_000, outputBytes: 65_536, stackBytes: 128 * 1024 };
const quickJs = readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));

const loads = [loadavg()[0] ?? 0];
const lines: string[] = [];
const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: Record<string, unknown> };
};

/** Milliseconds on the wall and of processor time. */
function measure<Value>(action: () => Value): { wallMs: number; cpuMs: number; value: Value } {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const value = action();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, value };
}

const metered = measure(() => meterEngine(quickJs));
const prepared = measure(() => prepareEngine(metered.value));
const sandbox = createSandbox(prepared.value);

lines.push('| once | wall ms | CPU ms |', '| --- | ---: | ---: |');
lines.push(`| meter QuickJS, when the product is built | ${number(metered.wallMs)} | ${number(metered.cpuMs)} |`);
lines.push(`| compile and start it, in each thread | ${number(prepared.wallMs)} | ${number(prepared.cpuMs)} |`, '');

type Code = Parameters<typeof sandbox.run>[0]['code'];

const run = (code: Code, input: number | object) =>
  sandbox.run({ code, input: input as never, execution: 'e', step: 's', calendarMs: 0, limits });

const javaScript = (source: string): Code => ({ kind: 'javascript', source });
const order = {
  lines: Array.from({ length: 50 }, (_, id) => ({ id, name: `article ${id}`, amount: id % 7, price: 1.5 * id })),
};

const assembler = await createWabt();
/** Collatz: the longest chain of all numbers below `turns`. */
const collatz = (turns: number): Uint8Array =>
  assembler
    .parseWat(
      'collatz.wat',
      `(module (memory (export "memory") 1) (data (i32.const 0) "{\\"output\\":1}")
      (func (export "alloc") (param i32) (result i32) i32.const 1024)
      (func $chain (param $n i64) (result i32) (local $length i32)
        (block (loop
          (br_if 1 (i64.le_u (local.get $n) (i64.const 1)))
          (local.set $length (i32.add (local.get $length) (i32.const 1)))
          (local.set $n (select (i64.shr_u (local.get $n) (i64.const 1))
            (i64.add (i64.mul (local.get $n) (i64.const 3)) (i64.const 1)) (i64.eqz (i64.and (local.get $n) (i64.const 1)))))
          (br 0)))
        local.get $length)
      (func (export "run") (param i32 i32) (result i64) (local $n i32) (local $longest i32) (local $length i32)
        (loop
          (local.set $length (call $chain (i64.extend_i32_u (local.get $n))))
          (local.set $longest (select (local.get $length) (local.get $longest) (i32.gt_u (local.get $length) (local.get $longest))))
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get $n) (i32.const ${turns}))))
        i64.const 12))`,
    )
    .toBinary({}).buffer;

lines.push('| one step | p50 ms | p99 ms | CPU ms | fuel |', '| --- | ---: | ---: | ---: | ---: |');
for (const [name, code, input, times] of [
  ['JavaScript: nothing', javaScript('return {}'), 0, 1000],
  [
    'JavaScript: sum up an order of 50 lines',
    javaScript(`const sum = input.lines.reduce((all, { amount, price }) => all + amount * price, 0);
      return { output: sum, effects: [{ operation: 'write', key: 'sum', value: sum }] }`),
    order,
    1000,
  ],
  [
    'JavaScript: a loop of 100,000 turns',
    javaScript('let n = 0; for (let i = 0; i < 1e5; i += 1) n += i; return { output: n }'),
    0,
    200,
  ],
  [
    'JavaScript: fibonacci(20) by recursion',
    javaScript('const f = (n) => (n < 2 ? n : f(n - 1) + f(n - 2)); return { output: f(20) }'),
    0,
    200,
  ],
  ['WebAssembly: nothing', { kind: 'wasm', module: collatz(1) }, 0, 1000],
  ['WebAssembly: chains of 10,000 numbers', { kind: 'wasm', module: collatz(10_000) }, 0, 200],
] as const) {
  for (let warm = 0; warm < 50; warm += 1) {
    run(code, input);
  }
  const walls: number[] = [];
  let cpuMs = 0;
  let fuel = 0;
  for (let time = 0; time < times; time += 1) {
    const { wallMs, cpuMs: used, value } = measure(() => run(code, input));
    if (value.outcome !== 'completed') {
      throw new Error(`${name}: ${JSON.stringify(value)}`);
    }
    walls.push(wallMs);
    cpuMs += used;
    fuel = value.used.fuel;
  }
  walls.sort((one, other) => one - other);
  const at = (share: number): string => number(walls[Math.floor(share * (times - 1))] ?? 0);
  lines.push(`| ${name} | ${at(0.5)} | ${at(0.99)} | ${number(cpuMs / times)} | ${number(fuel)} |`);
  loads.push(loadavg()[0] ?? 0);
}

// The same module as it came, without meters.
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(collatz(10_000)));
const plain = exports.run as (at: number, length: number) => bigint;
for (let warm = 0; warm < 50; warm += 1) {
  plain(0, 0);
}
const bare = Array.from({ length: 200 }, () => measure(() => plain(0, 0)));
const walls = bare.map(({ wallMs }) => wallMs).sort((one, other) => one - other);
const bareCpuMs = bare.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / bare.length;
lines.push(
  `| the same without the sandbox | ${number(walls[99] ?? 0)} | ${number(walls[197] ?? 0)} | ${number(bareCpuMs)} | |`,
);

loads.push(loadavg()[0] ?? 0);
console.log(
  `Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), load average of the last minute ${number(Math.min(...loads))} to ${number(Math.max(...loads))}. Resident memory at the end: ${number(process.memoryUsage().rss / 1024 / 1024)} MiB.\n`,
);
console.log(lines.join('\n'));
