import type { StepOutcome } from '@qflow/ports';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../create-sandbox.ts';
import { assemble, assembleStep } from '../testing/assemble.ts';
import { preparedEngine } from '../testing/prepared-engine.ts';
import { type StepChanges, wasmStep } from '../testing/step.ts';

const sandbox = createSandbox(preparedEngine());
const run = (module: Uint8Array, changes?: StepChanges): StepOutcome => sandbox.run(wasmStep(module, changes));

const step = `(memory (export "memory") 1)
  (func (export "alloc") (param i32) (result i32) i32.const 1024)
  (func (export "run") (param i32 i32) (result i64) i64.const 0)`;

describe('a WebAssembly step is refused when it', () => {
  test.each([
    [
      'imports a function of the platform',
      '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))',
      'wasi_snapshot_preview1.fd_write',
    ],
    ['imports an allowed name from elsewhere', '(import "env" "random" (func (result i64)))', 'env.random'],
    ['imports a global', '(import "qflow" "random" (global i32))', 'qflow.random'],
    ['imports a table', '(import "env" "table" (table 1 funcref))', 'env.table'],
    ['exports a name of the sandbox', '(global (export "qflow:fuel") (mut i64) (i64.const 0))', 'qflow:fuel'],
    ['has a table that is too large', '(table 100000 funcref)', '100000 elements'],
    ['has too many tables', '(table 1 funcref)'.repeat(5), 'tables'],
    ['calls without coming back', '(func $f (return_call $f))', 'instruction 0x12'],
    ['uses vectors', '(func (drop (v128.const i32x4 0 0 0 0)))', 'not allowed'],
    ['has a vector as a local', '(func (local v128))', 'type 0x7b'],
    ['uses atomic operations', '(func (drop (i32.atomic.load (i32.const 0))))', 'instruction 0xfe'],
  ])('%s', (_name, more, words) => {
    // Imports stand before everything else.
    const text = more.startsWith('(import') ? `(module ${more} ${step})` : `(module ${step} ${more})`;
    expect(run(assemble(text))).toMatchObject({ outcome: 'error', message: expect.stringContaining(words) });
  });

  test.each([
    ['has a shared memory', '(module (memory (export "memory") 1 2 shared))', 'shared or 64-bit'],
    ['has a 64-bit memory', '(module (memory (export "memory") i64 1))', 'refused'],
    [
      'has no memory',
      '(module (func (export "alloc")) (func (export "run")))',
      'does not export memory, alloc and run',
    ],
    ['has no functions', '(module (memory (export "memory") 1))', 'does not export memory, alloc and run'],
    ['asks for more memory than it may have', '(module (memory (export "memory") 1000))', '1000 pages'],
    [
      'exports something else as its memory',
      '(module (global (export "memory") i32 (i32.const 1)))',
      'does not export',
    ],
    [
      'takes the place for the input outside its memory',
      `(module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) i32.const -1)
        (func (export "run") (param i32 i32) (result i64) i64.const 0))`,
      'alloc points outside',
    ],
    [
      'answers with a place outside its memory',
      `(module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) i32.const 0)
        (func (export "run") (param i32 i32) (result i64) i64.const 0xffffffff00000010))`,
      'run points outside',
    ],
    [
      'answers with the wrong type',
      `(module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) i32.const 0)
        (func (export "run") (param i32 i32) (result f64) f64.const nan))`,
      'i64',
    ],
  ])('%s', (_name, text, words) => {
    expect(run(assemble(text))).toMatchObject({ outcome: 'error', message: expect.stringContaining(words) });
  });

  test('is cut short, damaged or too large', () => {
    const module = assembleStep('');
    for (let length = 0; length < module.length; length += 1) {
      expect(run(module.subarray(0, length)).outcome).toBe('error');
    }
    for (let at = 0; at < module.length; at += 1) {
      for (const flip of [0x01, 0x40, 0x80, 0xff]) {
        const damaged = module.slice();
        damaged[at]! ^= flip;
        expect(run(damaged).outcome, `byte ${at}`).not.toBe('host-error');
      }
    }
    expect(run(new Uint8Array(2_000_000))).toMatchObject({
      outcome: 'error',
      message: expect.stringContaining('2000000 bytes'),
    });
  });

  test('reaches for the meters or the spare locals that the rewriting adds', () => {
    // What wabt would not assemble: global 0 and the local behind the last one do not exist before the rewriting.
    const setsGlobal = assembleStep('(global.set $g (i64.const 0x7fffffff))', '(global $g (mut i64) (i64.const 0))');
    const at = setsGlobal.lastIndexOf(0x24);
    expect(setsGlobal[at + 1]).toBe(0);
    for (const index of [1, 2, 3]) {
      const module = setsGlobal.slice();
      module[at + 1] = index;
      expect(run(module)).toMatchObject({ outcome: 'error', message: expect.stringContaining('not a valid') });
    }
  });
});

describe('limits that hold inside a WebAssembly step', () => {
  const f = (body: string, more = '') => `(func $f (result i32) ${body}) ${more}`;

  test.each([
    ['an endless loop', '(loop (br 0))', '', 'fuel'],
    ['an endless loop through a table of branches', '(loop (br_table 0 0 0 (i32.const 1)))', '', 'fuel'],
    [
      'an endless loop with a body',
      '(loop (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if 0 (i32.const 1)))',
      '',
      'fuel',
    ],
    ['an endless loop in the start function', '', '(func $s (loop (br 0))) (start $s)', 'fuel'],
    ['calls in a loop', '(loop (drop (call $f)) (br 0))', f('i32.const 1'), 'fuel'],
    ['filling in a loop', '(loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br 0))', '', 'fuel'],
    ['copying in a loop', '(loop (memory.copy (i32.const 0) (i32.const 1) (i32.const 60000)) (br 0))', '', 'fuel'],
    ['a recursion', '(drop (call $f))', f('(i32.add (call $f) (i32.const 1))'), 'stack'],
    [
      'a recursion through a table',
      '(drop (call $f))',
      f('(call_indirect (result i32) (i32.const 0))', '(table funcref (elem $f))'),
      'stack',
    ],
    ['a recursion of two', '(drop (call $f))', f('(call $g)', '(func $g (result i32) (call $f))'), 'stack'],
    ['a recursion in the start function', '', '(func $s (call $s)) (start $s)', 'stack'],
    [
      'growing without end',
      '(loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) unreachable',
      '',
      'memory',
    ],
    [
      'growing far too much at once',
      '(if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1)) (then unreachable))',
      '',
      'memory',
    ],
  ])('%s', (_name, body, more, which) => {
    const module = assembleStep(body, more);
    expect(run(module, { limits: { fuel: 10_000_000 } })).toMatchObject({ outcome: 'limit', which });
  });

  test('a recursion of wide functions ends before the stack of the machine does', () => {
    const locals = '(local i64)'.repeat(500);
    const operands = '(i32.const 1)'.repeat(2000);
    for (const body of [
      `${locals} (i32.add (call $f) (i32.const 1))`,
      `${operands} (call $f) ${'(i32.add)'.repeat(2000)}`,
    ]) {
      const outcome = run(assembleStep('(drop (call $f))', f(body)), { limits: { stackBytes: 64 * 1024 * 1024 } });
      expect(outcome).toMatchObject({ outcome: 'limit', which: 'stack' });
    }
  });

  test('the time that it sees stands still, and its random numbers are seeded', () => {
    const text = `(module
      (import "qflow" "calendarMs" (func $clock (result i64)))
      (import "qflow" "random" (func $random (result i64)))
      ${step.replace(
        'i64.const 0)',
        `
        (if (i64.ne (call $clock) (i64.const 1700000000000)) (then unreachable))
        (if (i64.eq (call $random) (call $random)) (then unreachable))
        (i64.store (i32.const 0) (call $random))
        i64.const 8)`,
      )})`;
    const one = run(assemble(text));
    expect(one).toMatchObject({ outcome: 'error', message: expect.stringMatching(/JSON|encoded/) });
    expect(run(assemble(text))).toEqual(one);
  });

  test('a trap, an abort and nonsense are errors of the step', () => {
    const text = (body: string) =>
      `(module (import "env" "abort" (func $abort (param i32 i32 i32 i32))) ${step.replace('i64.const 0)', `${body} i64.const 0)`)})`;
    for (const [body, words] of [
      ['unreachable', 'unreachable'],
      ['(drop (i32.div_u (i32.const 1) (i32.const 0)))', 'divide by zero'],
      ['(drop (i32.load (i32.const 65536)))', 'out of bounds'],
      ['(call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))', 'abort'],
      ['', 'JSON'],
    ] as const) {
      expect(run(assemble(text(body)))).toMatchObject({ outcome: 'error', message: expect.stringContaining(words) });
    }
  });
});
