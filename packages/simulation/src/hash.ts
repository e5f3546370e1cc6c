/**
 * 32 bytes that stand for `bytes`, spread by xxHash32's lane mixing (Collet) and MurmurHash3's finish (Appleby).
 * For simulation only: it is fast and the same on every machine, and nobody in a simulated world searches collisions.
 */
export function fastHash(bytes: Uint8Array, key: readonly [number, number, number, number] = [0, 0, 0, 0]): Uint8Array {
  let a = 0x2445_5dac ^ key[0];
  let b = 0x85eb_ca77 ^ key[1];
  let c = 0x1656_67b1 ^ key[2];
  let d = 0x61c8_8647 ^ key[3];

  const length = bytes.length;
  const words = wordsOf(bytes);
  const blocks = words.length >>> 2;
  for (let block = 0; block < blocks; block += 1) {
    // Each lane feeds the next one: two inputs meet only if all 128 bits do.
    a = mix(a ^ d, words[block * 4] as number);
    b = mix(b ^ a, words[block * 4 + 1] as number);
    c = mix(c ^ b, words[block * 4 + 2] as number);
    d = mix(d ^ c, words[block * 4 + 3] as number);
  }
  for (let index = blocks * 16; index < length; index += 1) {
    a = mix(a ^ d, (bytes[index] as number) + 1);
    const first = a;
    a = b;
    b = c;
    c = d;
    d = first;
  }
  a = mix(a, length);

  const digest = new Uint8Array(32);
  for (let lane = 0; lane < 8; lane += 1) {
    a = finish(a + Math.imul(b, 5) + lane);
    b = finish(b ^ rotate(c, 7) ^ a);
    c = finish(c + d + b);
    d = finish(d ^ rotate(a, 11) ^ c);
    const out = a ^ d;
    digest[lane * 4] = out;
    digest[lane * 4 + 1] = out >>> 8;
    digest[lane * 4 + 2] = out >>> 16;
    digest[lane * 4 + 3] = out >>> 24;
  }
  return digest;
}

/** The input's whole words, in the machine's byte order, which is little-endian wherever Node.js runs simulations. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >>> 2);
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const mix = (lane: number, input: number): number =>
  Math.imul(rotate((lane + Math.imul(input, 0x85eb_ca77)) | 0, 13), 0x9e37_79b1);

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
