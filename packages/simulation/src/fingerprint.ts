/** A running digest over all that happens in a world: two runs are the same run if and only if these agree (64 bits). */
export class Fingerprint {
  #low = 0x9e37_79b9 | 0;
  #high = 0x85eb_ca6b | 0;
  readonly #time = new Float64Array(1);
  readonly #timeWords = new Int32Array(this.#time.buffer);
  #lastBytes: Uint8Array | null = null;
  #lastBytesWord = 0;

  word(value: number): void {
    this.#low = Math.imul(rotate(this.#low ^ value, 13), 0x85eb_ca77) + 0x165667b1;
    this.#high = Math.imul(rotate(this.#high + value, 17) ^ this.#low, 0xc2b2_ae3d);
  }

  time(atMs: number): void {
    this.#time[0] = atMs;
    this.word(this.#timeWords[0] as number);
    this.word(this.#timeWords[1] as number);
  }

  bytes(value: Uint8Array): void {
    // A broadcast hands the same bytes to every link: one reading of them is enough.
    if (value !== this.#lastBytes) {
      let word = value.length;
      for (let index = 0; index < value.length; index += 1) {
        word = Math.imul(word ^ (value[index] as number), 0x0100_0193);
      }
      this.#lastBytes = value;
      this.#lastBytesWord = word;
    }
    this.word(this.#lastBytesWord);
  }

  text(value: string): void {
    let word = value.length;
    for (let index = 0; index < value.length; index += 1) {
      word = Math.imul(word ^ value.charCodeAt(index), 0x0100_0193);
    }
    this.word(word);
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
