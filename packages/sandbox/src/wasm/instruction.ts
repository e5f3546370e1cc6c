import type { ByteReader } from './byte-reader.ts';
import { ModuleRefused } from './module-refused.ts';

// Opcodes that the rewriting looks at, as the WebAssembly Core Specification 2.0, section 5.4, numbers them.
export const opcode = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  branchTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  f32Store: 0x38,
  f64Store: 0x39,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eq: 0x46,
  i32LessSigned: 0x48,
  i64LessSigned: 0x53,
  f32Eq: 0x5b,
  f64Eq: 0x61,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i64Sub: 0x7d,
  i64ShiftRightUnsigned: 0x88,
  f32CopySign: 0x98,
  f64CopySign: 0xa6,
  i64ExtendI32Unsigned: 0xad,
  i32ReinterpretF32: 0xbc,
  i64ReinterpretF64: 0xbd,
  bulk: 0xfc,
} as const;

/** Second bytes of the 0xfc family that work on as many elements as their topmost operand says. */
export const bulkOperations = new Set([8, 10, 11, 12, 14, 15, 17]);

export interface Instruction {
  code: number;
  /** Second byte of the 0xfc family. */
  bulk: number;
  /** Labels that it may branch to, counted outwards. */
  labels: readonly number[];
  /** Of call: the function. Of call_indirect: its type. Of block, loop and if: see `readBlockType`. */
  index: number;
}

const none: readonly number[] = [];

/** Reads one instruction with its immediates. @throws ModuleRefused for one that is not on the list. */
export function readInstruction(reader: ByteReader): Instruction {
  const at = reader.position;
  const code = reader.byte();
  let bulk = -1;
  let labels = none;
  let index = -1;

  if (code <= 0x01 || code === 0x05 || code === 0x0b || code === 0x0f || code === 0x1a || code === 0x1b) {
    // No immediates: unreachable, nop, else, end, return, drop, select.
  } else if (code >= 0x02 && code <= 0x04) {
    index = readBlockType(reader);
  } else if (code === 0x0c || code === 0x0d) {
    labels = [reader.unsigned()];
  } else if (code === 0x0e) {
    labels = Array.from({ length: reader.unsigned() + 1 }, () => reader.unsigned());
  } else if (code === 0x10 || (code >= 0x20 && code <= 0x26) || code === 0xd2) {
    index = reader.unsigned();
  } else if (code === 0x11) {
    index = reader.unsigned();
    reader.unsigned();
  } else if (code === 0x1c) {
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      readValueType(reader);
    }
  } else if (code >= 0x28 && code <= 0x3e) {
    readMemoryArgument(reader);
  } else if (code === 0x3f || code === 0x40) {
    reader.unsigned();
  } else if (code === 0x41 || code === 0x42) {
    reader.skipNumber();
  } else if (code === 0x43) {
    reader.take(4);
  } else if (code === 0x44) {
    reader.take(8);
  } else if (code >= 0x45 && code <= 0xc4) {
    // Arithmetic, comparisons, conversions.
  } else if (code === 0xd0) {
    readReferenceType(reader);
  } else if (code === 0xd1) {
    // ref.is_null
  } else if (code === 0xfc) {
    bulk = readBulk(reader, at);
  } else {
    throw new ModuleRefused(`instruction 0x${code.toString(16)} at byte ${at} is not allowed`);
  }
  return { code, bulk, labels, index };
}

// Types are read strictly: a type of a later proposal, read as something shorter, would hide instructions from the count.

const numberTypes = new Set([0x7f, 0x7e, 0x7d, 0x7c]);
const referenceTypes = new Set([0x70, 0x6f]);

/** i32, i64, f32, f64, funcref, externref. @throws ModuleRefused for any other */
export function readValueType(reader: ByteReader): number {
  const type = reader.byte();
  if (!numberTypes.has(type) && !referenceTypes.has(type)) {
    throw new ModuleRefused(`type 0x${type.toString(16)} at byte ${reader.position - 1} is not allowed`);
  }
  return type;
}

export function readReferenceType(reader: ByteReader): number {
  const type = readValueType(reader);
  if (!referenceTypes.has(type)) {
    throw new ModuleRefused(`type 0x${type.toString(16)} at byte ${reader.position - 1} is not a reference`);
  }
  return type;
}

/** The index of a function type; or one value type, less 0x80 as the format's own negative numbers are; or -64 for none. */
function readBlockType(reader: ByteReader): number {
  const first = reader.bytes[reader.position] ?? 0;
  if (first === 0x40) {
    return reader.byte() - 0x80;
  }
  // Indices are signed numbers that are not negative, so their bytes read alike without the sign.
  return first >= 0x40 && first < 0x80 ? readValueType(reader) - 0x80 : reader.unsigned();
}

function readMemoryArgument(reader: ByteReader): void {
  const alignment = reader.unsigned();
  if (alignment > 3) {
    throw new ModuleRefused(
      `a memory access with alignment ${alignment} before byte ${reader.position} is not allowed`,
    );
  }
  reader.unsigned();
}

function readBulk(reader: ByteReader, at: number): number {
  const operation = reader.unsigned();
  if (operation > 17) {
    throw new ModuleRefused(`instruction 0xfc ${operation} at byte ${at} is not allowed`);
  }
  // 0 to 7 are the saturating conversions; 8, 10, 12 and 14 name two things, the others one.
  for (let left = operation < 8 ? 0 : [8, 10, 12, 14].includes(operation) ? 2 : 1; left > 0; left -= 1) {
    reader.unsigned();
  }
  return operation;
}
