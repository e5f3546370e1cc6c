/** Writes the WebAssembly binary format from front to back. */
export class ByteWriter {
  private storage = new Uint8Array(1024);
  length = 0;

  byte(...values: number[]): void {
    this.reserve(values.length);
    for (const value of values) {
      this.storage[this.length++] = value;
    }
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.storage.set(bytes, this.length);
    this.length += bytes.length;
  }

  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A signed LEB128 number that is not negative. */
  signed(value: number): void {
    let rest = value;
    while (rest >= 0x40) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Room for a number that `fill` writes once it is known. */
  placeholder(): number {
    this.byte(0x80, 0x80, 0x80, 0x00);
    return this.length - 4;
  }

  /** At most 27 bits, so that the sign bit stays clear. */
  fill(at: number, value: number): void {
    for (let index = 0; index < 4; index += 1) {
      this.storage[at + index] = ((value >>> (7 * index)) & 0x7f) | (index < 3 ? 0x80 : 0);
    }
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.unsigned(bytes.length);
    this.raw(bytes);
  }

  /** Length first, then the bytes. */
  sized(content: ByteWriter | Uint8Array): void {
    const bytes = content instanceof ByteWriter ? content.finish() : content;
    this.unsigned(bytes.length);
    this.raw(bytes);
  }

  finish(): Uint8Array {
    return this.storage.slice(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more > this.storage.length) {
      const larger = new Uint8Array(Math.max(this.storage.length * 2, this.length + more));
      larger.set(this.storage.subarray(0, this.length));
      this.storage = larger;
    }
  }
}
