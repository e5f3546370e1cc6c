import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../create-sandbox.ts';
import { assemble, assembleStep } from '../testing/assemble.ts';
import { preparedEngine } from '../testing/prepared-engine.ts';
import { wasmStep } from '../testing/step.ts';
import { type GlobalVariable, type ModuleFunction, webAssembly } from '../web-assembly.ts';
import { meterExports, rewriteModule } from './rewrite.ts';

// Random functions of two i32 and an f64: what the plain module computes, the rewritten one must compute as well.

const leaf = fc.oneof(
  fc.integer({ min: -3, max: 70_000 }).map((value) => `(i32.const ${value})`),
  fc.constantFrom('(local.get $a)', '(local.get $b)', '(local.get $c)', '(global.get $g)', '(memory.size)'),
);

const { expression } = fc.letrec<{ expression: string; statement: string; float: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        fc.constantFrom('add', 'sub', 'mul', 'and', 'xor', 'shl', 'rotl', 'lt_s', 'ge_u', 'div_u', 'rem_s'),
        tie('expression'),
        tie('expression'),
      )
      .map(([name, one, other]) => `(i32.${name} ${one} ${other})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map((parts) => `(select ${parts.join(' ')})`),
    fc
      .tuple(tie('expression'), tie('statement'), tie('expression'), tie('expression'))
      .map(([test, first, yes, no]) => `(if (result i32) ${test} (then ${first} ${yes}) (else ${no}))`),
    fc
      .tuple(tie('statement'), tie('expression'), tie('expression'), tie('expression'))
      .map(([first, value, test, last]) => `(block (result i32) ${first} (drop (br_if 0 ${value} ${test})) ${last})`),
    fc.tuple(tie('expression'), tie('expression')).map((parts) => `(call $pair ${parts.join(' ')}) (i32.sub)`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([one, other]) => `(call $down (i32.and ${one} (i32.const 15)) ${other})`),
    tie('expression').map((one) => `(call_indirect (param i32) (result i32) ${one} (i32.and ${one} (i32.const 1)))`),
    tie('float').map((value) => `(i32.trunc_sat_f64_s ${value})`),
    tie('float').map((value) => `(i32.wrap_i64 (i64.reinterpret_f64 ${value}))`),
    tie('expression').map((at) => `(i32.load (i32.and ${at} (i32.const 1023)))`),
  ),
  float: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('(local.get $x)', '(f64.const 0.5)', '(f64.const -1e300)', '(f64.const inf)'),
    fc
      .tuple(fc.constantFrom('add', 'mul', 'div', 'min', 'copysign'), tie('float'), tie('float'))
      .map(([name, one, other]) => `(f64.${name} ${one} ${other})`),
    tie('expression').map((value) => `(f64.convert_i32_s ${value})`),
  ),
  statement: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('(nop)', ''),
    fc
      .tuple(fc.constantFrom('$a', '$b', '$c'), tie('expression'))
      .map(([name, value]) => `(local.set ${name} ${value})`),
    tie('expression').map((value) => `(global.set $g ${value})`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([at, value]) => `(i32.store (i32.and ${at} (i32.const 1023)) ${value})`),
    fc
      .tuple(tie('expression'), tie('float'))
      .map(([at, value]) => `(f64.store (i32.and ${at} (i32.const 1023)) ${value})`),
    fc.tuple(tie('expression'), tie('statement')).map(([test, then]) => `(if ${test} (then ${then}))`),
    fc.tuple(tie('expression'), tie('statement')).map(([test, body]) => `(block (br_if 0 ${test}) ${body})`),
    fc
      .tuple(tie('expression'), tie('statement'), tie('statement'))
      .map(([which, one, other]) => `(block (block (block (br_table 0 1 2 ${which})) ${one} (br 1)) ${other})`),
    fc.tuple(tie('statement'), tie('expression')).map(
      ([
        body,
        test,
      ]) => `(local.set $n (i32.const 0)) (loop ${body} (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if 0 (i32.and (i32.ne ${test} (i32.const 0)) (i32.lt_u (local.get $n) (i32.const 9)))))`,
    ),
    tie('expression').map((test) => `(if ${test} (then (return (i32.const 77))))`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(
        ([at, length]) =>
          `(memory.fill (i32.and ${at} (i32.const 255)) (i32.const 7) (i32.and ${length} (i32.const 255)))`,
      ),
    tie('expression').map((pages) => `(drop (memory.grow (i32.and ${pages} (i32.const 1))))`),
  ),
}));

const body = fc
  .tuple(expression, expression, expression)
  .map(([one, two, three]) => `(local.set $c ${one}) (local.set $b ${two}) ${three}`);

const moduleText = (inner: string) => `(module
  (memory (export "memory") 1 3)
  (global $g (export "g") (mut i32) (i32.const 5))
  (table funcref (elem $one $two))
  (func $one (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func $two (param i32) (result i32) (global.set $g (local.get 0)) (i32.const 2))
  (func $pair (param i32 i32) (result i32 i32) (if (local.get 0) (then (return (local.get 1) (local.get 0)))) (local.get 0) (local.get 1))
  (func $down (param i32 i32) (result i32)
    (if (result i32) (local.get 0)
      (then (call $down (i32.sub (local.get 0) (i32.const 1)) (i32.mul (local.get 1) (i32.const 3))))
      (else (local.get 1))))
  (func (export "f") (param $a i32) (param $b i32) (param $x f64) (result i32) (local $c i32) (local $n i32) ${inner}))`;

interface Seen {
  readonly result: unknown;
  readonly global: unknown;
  readonly memory: Uint8Array;
}

function call(
  bytes: Uint8Array,
  metered: boolean,
  values: (number | bigint)[],
): Seen & { fuel: number; stack: number } {
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytes), {});
  const meter = (name: keyof typeof meterExports) => exports[meterExports[name]] as GlobalVariable;
  const room = 1_000_000;
  if (metered) {
    meter('fuel').value = BigInt(room);
    meter('stack').value = room;
  }
  let result: unknown;
  try {
    result = (exports.f as ModuleFunction)(...values);
  } catch (error) {
    result = String(error);
  }
  return {
    result,
    global: (exports.g as GlobalVariable).value,
    memory: new Uint8Array((exports.memory as { buffer: ArrayBuffer }).buffer),
    fuel: metered ? room - Number(meter('fuel').value) : 0,
    stack: metered ? room - Number(meter('stack').value) : 0,
  };
}

const options = { maximumPages: 100, imports: new Set<string>(), oneNaN: true };
const argumentsOf = fc.tuple(fc.integer(), fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, -0.5, 1e308, 3));

describe('a rewritten module', () => {
  test('computes what the plain one computes: results, traps, globals and memory', () => {
    let traps = 0;
    fc.assert(
      fc.property(body, argumentsOf, (inner, values) => {
        const plain = assemble(moduleText(inner));
        const { result, global, memory } = call(plain, false, values);
        const rewritten = call(rewriteModule(plain, options), true, values);
        traps += typeof result === 'string' ? 1 : 0;

        expect({ result: rewritten.result, global: rewritten.global }).toEqual({ result, global });
        expect(rewritten.memory.length).toBe(memory.length);
        expect(rewritten.memory.every((byte, at) => byte === memory[at])).toBe(true);
        // Whoever comes back gives all of the stack back.
        expect(typeof result === 'string' || rewritten.stack === 0).toBe(true);
        expect(rewritten.fuel).toBeGreaterThan(0);
      }),
      { numRuns: 400, seed: 20_261 },
    );
    expect(traps).toBeGreaterThan(0);
  });

  test('charges the same for the same work, whatever its limits are', () => {
    fc.assert(
      fc.property(body, argumentsOf, (inner, values) => {
        const plain = assemble(moduleText(inner));
        const one = call(rewriteModule(plain, options), true, values);
        const other = call(rewriteModule(plain, { ...options, maximumPages: 50 }), true, values);
        expect(other.fuel).toBe(one.fuel);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  test('is charged for every instruction that it runs', () => {
    const fuelOf = (inner: string, times: number) =>
      call(rewriteModule(assemble(moduleText(inner)), options), true, [times, 0, 0]).fuel;
    const work = '(local.set $c (i32.mul (local.get $c) (i32.const 3)))';
    // Seven instructions turn the loop, four are each piece of work.
    const loop = (pieces: number) =>
      `(loop ${work.repeat(pieces)} (br_if 0 (local.tee $a (i32.sub (local.get $a) (i32.const 1))))) (local.get $c)`;

    for (const pieces of [0, 1, 50]) {
      expect(fuelOf(loop(pieces), 1001) - fuelOf(loop(pieces), 1)).toBe(1000 * (5 + 4 * pieces));
    }
  });

  test('is charged for each of the bytes that a bulk operation works on', () => {
    const fuelOf = (length: number) =>
      call(
        rewriteModule(
          assemble(moduleText(`(memory.fill (i32.const 0) (i32.const 1) (local.get $a)) (i32.const 0)`)),
          options,
        ),
        true,
        [length, 0, 0],
      ).fuel;
    expect(fuelOf(64_000) - fuelOf(0)).toBe(8000);
  });

  test('shows one and the same NaN, whatever made it', () => {
    const bits = (value: string) =>
      call(
        rewriteModule(
          assemble(moduleText(`(i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 ${value}) (i64.const 32)))`)),
          options,
        ),
        true,
        [0, 0, 0],
      ).result;

    for (const nan of [
      '(f64.const nan:0x4000000000001)',
      '(f64.const -nan)',
      '(f64.div (local.get $x) (local.get $x))',
      '(f64.sqrt (f64.const -1))',
    ]) {
      expect(bits(nan), nan).toBe(0x7ff80000);
    }
    expect(bits('(f64.const -1)')).toBe(0xbff00000 | 0);
    expect(bits('(f64.copysign (f64.const 1) (f64.const -nan))')).toBe(0x3ff00000);
  });

  test('grows no further than the cap, and keeps a lower maximum of its own', () => {
    const grow = '(memory.grow (local.get $a))';
    const sizeAfter = (maximumPages: number, pages: number) =>
      call(rewriteModule(assemble(moduleText(grow)), { ...options, maximumPages }), true, [pages, 0, 0]).result;

    expect(sizeAfter(2, 1)).toBe(1);
    expect(sizeAfter(2, 2)).toBe(-1);
    expect(sizeAfter(100, 2)).toBe(1);
    expect(sizeAfter(100, 3)).toBe(-1);
  });

  test('is the same in every sandbox, in any order and after any other', () => {
    const sandbox = createSandbox(preparedEngine());
    const steps = fc
      .sample(expression, { numRuns: 5, seed: 3 })
      .map((_, index) =>
        wasmStep(
          assembleStep(
            `(loop (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if 0 (i32.lt_u (local.get $i) (i32.const ${index * 100}))))`,
          ),
        ),
      );
    const first = steps.map((step) => sandbox.run(step));
    expect(
      [...steps]
        .reverse()
        .map((step) => createSandbox(preparedEngine()).run(step))
        .reverse(),
    ).toEqual(first);
    expect(first.every(({ outcome }) => outcome === 'completed')).toBe(true);
  });
});
