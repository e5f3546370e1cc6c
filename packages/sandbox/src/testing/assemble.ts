import createWabt from 'wabt';

const wabt = await createWabt();

/** WebAssembly text to bytes. */
export function assemble(text: string): Uint8Array {
  const module = wabt.parseWat('module.wat', text, {
    bulk_memory: true,
    multi_value: true,
    tail_call: true,
    threads: true,
    simd: true,
    memory64: true,
  });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** A module with the exports of a step; `run` is the body of the function, `more` what stands beside it. */
export function assembleStep(run: string, more = ''): Uint8Array {
  return assemble(`(module
    (import "qflow" "random" (func $random (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 0) "{\\"output\\":1}")
    (func (export "alloc") (param i32) (result i32) i32.const 1024)
    ${more}
    (func (export "run") (param $at i32) (param $length i32) (result i64) (local $i i32) (local $j i64) (local $x f64)
      ${run}
      (i64.const 12)))`);
}
