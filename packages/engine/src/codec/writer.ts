/** A buffer of more than this is given back after use. */
const keptBytes = 64 * 1024;

/** Bytes under construction. Grows as needed. */
export class Writer {
  #buffer = new Uint8Array(128);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** LEB128, seven bits a byte, lowest first. `value` is a whole number from 0 to 2^53 − 1. */
  uint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** A copy of what was written. The writer is empty afterwards. */
  finish(): Uint8Array {
    const finished = this.#buffer.slice(0, this.#length);
    this.#length = 0;
    if (this.#buffer.length > keptBytes) {
      this.#buffer = new Uint8Array(128);
    }
    return finished;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
  }
}
