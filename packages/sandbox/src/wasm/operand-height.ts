import { type Instruction, opcode } from './instruction.ts';

/** How many values a function, a block or a call takes and gives. */
export interface Signature {
  readonly parameters: number;
  readonly results: number;
}

export interface Signatures {
  readonly types: readonly Signature[];
  readonly functions: readonly Signature[];
}

/** Follows how many operands a valid function holds at once: each may take a place in its frame on the machine's stack. */
export class OperandHeight {
  greatest = 0;
  private height = 0;
  private readonly open: { base: number; signature: Signature }[] = [];
  private readonly signatures: Signatures;

  constructor(signatures: Signatures) {
    this.signatures = signatures;
  }

  follow(instruction: Instruction): void {
    const { code, index } = instruction;
    const innermost = this.open.at(-1);

    if (code === opcode.block || code === opcode.loop || code === opcode.if) {
      const signature = this.blockSignature(index);
      this.height -= code === opcode.if ? 1 : 0;
      this.open.push({ base: this.height - signature.parameters, signature });
    } else if (code === opcode.else && innermost !== undefined) {
      this.height = innermost.base + innermost.signature.parameters;
    } else if (code === opcode.end) {
      this.open.pop();
      this.height = innermost === undefined ? 0 : innermost.base + innermost.signature.results;
    } else if (
      code === opcode.unreachable ||
      code === opcode.branch ||
      code === opcode.branchTable ||
      code === opcode.return
    ) {
      // What follows does not run.
      this.height = innermost?.base ?? 0;
    } else {
      this.height += this.change(instruction);
    }
    this.greatest = Math.max(this.greatest, this.height);
  }

  private change({ code, bulk, index }: Instruction): number {
    if (code === opcode.call || code === opcode.callIndirect) {
      const { parameters, results } = (code === opcode.call ? this.signatures.functions : this.signatures.types)[
        index
      ]!;
      return results - parameters - (code === opcode.callIndirect ? 1 : 0);
    }
    if (code === opcode.bulk) {
      return bulk === 16 ? 1 : bulk === 15 ? -1 : bulk < 8 || bulk === 9 || bulk === 13 ? 0 : -3;
    }
    return changes[code] ?? 0;
  }

  private blockSignature(index: number): Signature {
    return index >= 0 ? this.signatures.types[index]! : { parameters: 0, results: index === -64 ? 0 : 1 };
  }
}

/** From a first to a last opcode: by how much the height changes. The others leave it as it is. */
const ranges: readonly (readonly [first: number, last: number, change: number])[] = [
  [0x0d, 0x0d, -1], // br_if
  [0x1a, 0x1a, -1], // drop
  [0x1b, 0x1c, -2], // select
  [0x20, 0x20, 1], // local.get
  [0x21, 0x21, -1], // local.set
  [0x23, 0x23, 1], // global.get
  [0x24, 0x24, -1], // global.set
  [0x26, 0x26, -2], // table.set
  [0x36, 0x3e, -2], // stores
  [0x3f, 0x3f, 1], // memory.size
  [0x41, 0x44, 1], // constants
  [0x46, 0x4f, -1], // i32 comparisons
  [0x51, 0x66, -1], // i64, f32, f64 comparisons
  [0x6a, 0x78, -1], // i32 of two operands
  [0x7c, 0x8a, -1], // i64
  [0x92, 0x98, -1], // f32
  [0xa0, 0xa6, -1], // f64
  [0xd0, 0xd0, 1], // ref.null
  [0xd2, 0xd2, 1], // ref.func
];

const changes: readonly number[] = Array.from(
  { length: 256 },
  (_, code) => ranges.find(([first, last]) => code >= first && code <= last)?.[2] ?? 0,
);
