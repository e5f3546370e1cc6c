import { ModuleRefused } from './module-refused.ts';

/** Reads the WebAssembly binary format from front to back. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    if (this.position >= this.end) {
      throw new ModuleRefused(`the module ends early, at byte ${this.position}`);
    }
    return this.bytes[this.position++]!;
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
    throw new ModuleRefused(`a number is too long at byte ${this.position}`);
  }

  /** Passes over a LEB128 number of either sign and at most 64 bits. */
  skipNumber(): void {
    for (let length = 0; length < 10; length += 1) {
      if (this.byte() < 0x80) {
        return;
      }
    }
    throw new ModuleRefused(`a number is too long at byte ${this.position}`);
  }

  take(length: number): Uint8Array {
    if (this.end - this.position < length) {
      throw new ModuleRefused(`the module ends early, at byte ${this.end}`);
    }
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  name(): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.take(this.unsigned()));
  }
}
