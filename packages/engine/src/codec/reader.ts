import { Malformed } from './malformed.ts';

/** A place in bytes that are being read. Every method throws `Malformed` when the bytes do not hold what it wants. */
export class Reader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes are left: bounds what a length prefix may claim. */
  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) {
      throw new Malformed('', 'ends too early');
    }
    this.#offset += 1;
    return value;
  }

  /** A view, not a copy: it is as safe as the bytes that it looks into. */
  bytes(length: number): Uint8Array {
    if (length > this.left) {
      throw new Malformed('', 'ends too early');
    }
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** The one shortest LEB128 form of a whole number from 0 to 2^53 − 1. */
  uint(): number {
    let byte = this.byte();
    if (byte < 0x80) {
      return byte;
    }
    let value = byte & 0x7f;
    let scale = 0x80;
    for (let position = 1; position < 8; position += 1) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0) {
          throw new Malformed('', 'number is not in its shortest form');
        }
        if (value > Number.MAX_SAFE_INTEGER) {
          break;
        }
        return value;
      }
      scale *= 0x80;
    }
    throw new Malformed('', 'number is greater than 2^53 - 1');
  }
}
