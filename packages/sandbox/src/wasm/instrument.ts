import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { bulkOperations, opcode, readInstruction, readValueType } from './instruction.ts';
import { ModuleRefused } from './module-refused.ts';
import { OperandHeight, type Signatures } from './operand-height.ts';

/** Indices of the globals that the rewriting adds. */
export interface Meters {
  readonly fuel: number;
  readonly stack: number;
  readonly growthRefused: number;
}

export interface FunctionShape {
  readonly parameters: number;
  readonly results: readonly number[];
  /** How a block with these results is typed: one byte, or the index of a type. */
  readonly wrapping: Uint8Array;
}

export interface Instrumentation {
  readonly meters: Meters;
  readonly signatures: Signatures;
  /** Makes every NaN that could be seen as bits the same one: its sign and payload differ between processors. */
  readonly oneNaN: boolean;
}

/** Bytes of stack that a call is charged, beside those for its locals and operands. */
const frameBytes = 64;
const bytesPerValue = 8;

/** What only gives the code its shape, and costs nothing when it runs: nop, block, loop, else, end. */
const structural: ReadonlySet<number> = new Set([0x01, opcode.block, opcode.loop, opcode.else, opcode.end]);

/**
 * Rewrites one entry of the code section.
 *
 * Every stretch of code that is entered only at its start is charged the number of its instructions when it is entered;
 * whether the fuel is used up is looked at where code can repeat: at loop heads, function entries and before bulk operations.
 * Functions that call are charged stack while they run. Both traps are `unreachable`, told apart by the meters.
 */
export function instrumentFunction(entry: Uint8Array, shape: FunctionShape, how: Instrumentation): Uint8Array {
  const reader = new ByteReader(entry);
  const groups = readLocals(reader);
  const locals = shape.parameters + groups.reduce((sum, [count]) => sum + count, 0);
  const { calls, operands } = survey(entry, reader.position, how.signatures);
  // Who calls nobody needs no account: there is at most one of it, on top.
  const frame = calls ? frameBytes + bytesPerValue * (locals + operands) : 0;
  const body = new BodyWriter(locals, how);

  if (calls) {
    body.enterFrame(frame, shape.wrapping);
  }
  body.startStretch(true);
  // One entry per open label, innermost last: what opened it, and whether anything branches to it.
  const open: { code: number; targeted: boolean }[] = [{ code: opcode.block, targeted: false }];

  while (open.length > 0) {
    const start = reader.position;
    const { code, bulk, labels } = readInstruction(reader);
    const raw = entry.subarray(start, reader.position);
    if (!structural.has(code)) {
      body.instructions += 1;
    }
    for (const label of labels) {
      open[open.length - 1 - label]!.targeted = true;
    }

    if (code === opcode.end) {
      const closed = open.pop()!;
      if (open.length > 0) {
        body.out.raw(raw);
        if (closed.code === opcode.if || closed.code === opcode.else || closed.targeted) {
          body.startStretch(false);
        }
      }
    } else if (code === opcode.block || code === opcode.loop || code === opcode.if) {
      open.push({ code, targeted: false });
      body.out.raw(raw);
      if (code !== opcode.block) {
        body.startStretch(code === opcode.loop);
      }
    } else if (code === opcode.else) {
      body.out.raw(raw);
      body.startStretch(false);
    } else if (code === opcode.return && calls) {
      // Leaves through the end of the wrapping block, where the stack is given back.
      body.out.byte(opcode.branch);
      body.out.unsigned(open.length - 1);
    } else {
      body.instruction(code, bulk, raw);
    }
  }
  if (!reader.done) {
    throw new ModuleRefused('a function goes on after its end');
  }
  return body.finish(groups, frame);
}

function readLocals(reader: ByteReader): [count: number, type: number][] {
  return Array.from({ length: reader.unsigned() }, () => [reader.unsigned(), readValueType(reader)]);
}

/** Whether a function calls any, and how many operands it holds at most. */
function survey(entry: Uint8Array, from: number, signatures: Signatures): { calls: boolean; operands: number } {
  const reader = new ByteReader(entry, from);
  const height = new OperandHeight(signatures);
  let calls = false;
  while (!reader.done) {
    const instruction = readInstruction(reader);
    calls ||= instruction.code === opcode.call || instruction.code === opcode.callIndirect;
    height.follow(instruction);
  }
  return { calls, operands: height.greatest };
}

/** Writes the body of one function, with its charges in between. */
class BodyWriter {
  readonly out = new ByteWriter();
  /** Instructions since the last charge. */
  instructions = 0;
  private pending = -1;
  private usesSpares = false;
  private readonly locals: number;
  private readonly how: Instrumentation;

  constructor(locals: number, how: Instrumentation) {
    this.locals = locals;
    this.how = how;
  }

  /** Code from here on may be entered by a branch, so it is charged on its own. */
  startStretch(look: boolean): void {
    this.settle();
    const { fuel } = this.how.meters;
    this.out.byte(opcode.globalGet);
    this.out.unsigned(fuel);
    this.out.byte(opcode.i64Const);
    this.pending = this.out.placeholder();
    this.out.byte(opcode.i64Sub, opcode.globalSet);
    this.out.unsigned(fuel);
    if (look) {
      this.lookAtFuel();
    }
  }

  enterFrame(bytes: number, wrapping: Uint8Array): void {
    this.moveStack(bytes, opcode.i32Sub);
    this.out.byte(opcode.globalGet);
    this.out.unsigned(this.how.meters.stack);
    this.out.byte(opcode.i32Const, 0, opcode.i32LessSigned, opcode.if, 0x40, opcode.unreachable, opcode.end);
    this.out.byte(opcode.block);
    this.out.raw(wrapping);
  }

  instruction(code: number, bulk: number, raw: Uint8Array): void {
    if (code === opcode.bulk && bulkOperations.has(bulk)) {
      this.chargeTopOperand();
    }
    if (this.how.oneNaN) {
      if (code === opcode.f32Store || code === opcode.i32ReinterpretF32 || code === opcode.f32CopySign) {
        this.settleNaN(this.spare(2), [opcode.f32Const, 0, 0, 0xc0, 0x7f], opcode.f32Eq);
      } else if (code === opcode.f64Store || code === opcode.i64ReinterpretF64 || code === opcode.f64CopySign) {
        this.settleNaN(this.spare(1), [opcode.f64Const, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f], opcode.f64Eq);
      }
    }
    this.out.raw(raw);
    if (code === opcode.memoryGrow) {
      this.noteRefusedGrowth();
    }
  }

  finish(groups: readonly [count: number, type: number][], frame: number): Uint8Array {
    this.settle();
    if (frame > 0) {
      this.out.byte(opcode.end);
      this.moveStack(frame, opcode.i32Add);
    }
    this.out.byte(opcode.end);

    const entry = new ByteWriter();
    const spares: [number, number][] = this.usesSpares ? [0x7f, 0x7c, 0x7d].map((type) => [1, type]) : [];
    const all = [...groups, ...spares];
    entry.unsigned(all.length);
    for (const [count, type] of all) {
      entry.unsigned(count);
      entry.byte(type);
    }
    entry.raw(this.out.finish());
    return entry.finish();
  }

  private settle(): void {
    if (this.pending >= 0) {
      this.out.fill(this.pending, this.instructions);
    }
    this.instructions = 0;
  }

  private lookAtFuel(): void {
    this.out.byte(opcode.globalGet);
    this.out.unsigned(this.how.meters.fuel);
    this.out.byte(opcode.i64Const, 0, opcode.i64LessSigned, opcode.if, 0x40, opcode.unreachable, opcode.end);
  }

  private moveStack(bytes: number, direction: number): void {
    this.out.byte(opcode.globalGet);
    this.out.unsigned(this.how.meters.stack);
    this.out.byte(opcode.i32Const);
    this.out.signed(bytes);
    this.out.byte(direction, opcode.globalSet);
    this.out.unsigned(this.how.meters.stack);
  }

  /** A bulk operation is charged one unit per eight bytes or elements, before it is done. */
  private chargeTopOperand(): void {
    const { fuel } = this.how.meters;
    const count = this.spare(0);
    this.out.byte(opcode.localSet);
    this.out.unsigned(count);
    this.out.byte(opcode.globalGet);
    this.out.unsigned(fuel);
    this.out.byte(opcode.localGet);
    this.out.unsigned(count);
    this.out.byte(opcode.i64ExtendI32Unsigned, opcode.i64Const, 3, opcode.i64ShiftRightUnsigned);
    this.out.byte(opcode.i64Sub, opcode.globalSet);
    this.out.unsigned(fuel);
    this.lookAtFuel();
    this.out.byte(opcode.localGet);
    this.out.unsigned(count);
  }

  /** value = value === value ? value : NaN */
  private settleNaN(spare: number, nan: readonly number[], equal: number): void {
    this.out.byte(opcode.localTee);
    this.out.unsigned(spare);
    this.out.byte(...nan, opcode.localGet);
    this.out.unsigned(spare);
    this.out.byte(opcode.localGet);
    this.out.unsigned(spare);
    this.out.byte(equal, opcode.select);
  }

  private noteRefusedGrowth(): void {
    const answer = this.spare(0);
    this.out.byte(opcode.localTee);
    this.out.unsigned(answer);
    this.out.byte(opcode.localGet);
    this.out.unsigned(answer);
    this.out.byte(opcode.i32Const, 0x7f, opcode.i32Eq, opcode.if, 0x40, opcode.i32Const, 1, opcode.globalSet);
    this.out.unsigned(this.how.meters.growthRefused);
    this.out.byte(opcode.end);
  }

  /** One i32, one f64 and one f32 behind the function's own locals. */
  private spare(index: 0 | 1 | 2): number {
    this.usesSpares = true;
    return this.locals + index;
  }
}
