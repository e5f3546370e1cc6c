import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { preparedEngine } from '../testing/prepared-engine.ts';
import { ByteReader } from '../wasm/byte-reader.ts';
import { opcode, readInstruction, readValueType } from '../wasm/instruction.ts';
import { webAssembly } from '../web-assembly.ts';
import { checkEngine, EngineFailed, newEngine } from './engine.ts';
import { restore } from './engine-image.ts';

const quickJs = readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));

test('a used engine is restored to the last bit', () => {
  const image = preparedEngine();
  const engine = newEngine(image.module);
  const memory = new Uint8Array(engine.memory.buffer);

  memory.fill(0xa5);
  restore(image, engine);

  const expected = new Uint8Array(memory.length);
  for (const { at, bytes } of image.parts) {
    expected.set(bytes, at);
  }
  expect(Buffer.compare(memory, expected)).toBe(0);
});

test('the engine holds no instruction that grows its memory, so the cap of the host holds', () => {
  let seen = 0;
  for (const code of instructions(quickJs)) {
    expect(code).not.toBe(opcode.memoryGrow);
    seen += 1;
  }
  expect(seen).toBeGreaterThan(100_000);
});

test('another binary is refused', () => {
  const other = new webAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  expect(() => checkEngine(other)).toThrow(EngineFailed);
  expect(() => checkEngine(new webAssembly.Module(quickJs))).toThrow(
    'not the one of @jitl/quickjs-wasmfile-release-sync 0.32.0',
  );
});

function* instructions(module: Uint8Array): Generator<number> {
  const sections = new ByteReader(module, 8);
  while (!sections.done) {
    const id = sections.byte();
    const content = new ByteReader(sections.take(sections.unsigned()));
    for (let left = id === 10 ? content.unsigned() : 0; left > 0; left -= 1) {
      const body = new ByteReader(content.take(content.unsigned()));
      for (let groups = body.unsigned(); groups > 0; groups -= 1) {
        body.unsigned();
        readValueType(body);
      }
      while (!body.done) {
        yield readInstruction(body).code;
      }
    }
  }
}
