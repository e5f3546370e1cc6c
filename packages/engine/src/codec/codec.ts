import { Malformed } from './malformed.ts';
import { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/**
 * How values of one kind look as bytes. Strict both ways: a value has exactly one form, and only that form is read.
 * Both methods throw `Malformed`, so nothing out of bounds is ever sent and nothing out of bounds gets in.
 */
export interface Codec<Value> {
  write(writer: Writer, value: Value): void;
  read(reader: Reader): Value;
}

export type ValueOf<Of> = Of extends Codec<infer Value> ? Value : never;

/** One writer at rest: its buffer is worth keeping, since most encodings are short and many. */
let spare: Writer | null = null;

/** @throws Malformed with the path of the field that its format does not allow. */
export function encode<Value>(codec: Codec<Value>, value: Value): Uint8Array {
  // Taken, not borrowed: a codec that encodes something on its way gets a writer of its own.
  const writer = spare ?? new Writer();
  spare = null;
  codec.write(writer, value);
  const encoded = writer.finish();
  spare = writer;
  return encoded;
}

/** @throws Malformed on anything missing, left over, out of bounds, or not in its one canonical form. */
export function decode<Value>(codec: Codec<Value>, bytes: Uint8Array): Value {
  const reader = new Reader(bytes);
  const value = codec.read(reader);
  if (reader.left > 0) {
    throw new Malformed('', `${reader.left} bytes too many`);
  }
  return value;
}
