import type { Codec } from './codec.ts';
import { Malformed } from './malformed.ts';

/** A whole number from 0 to `atMost`. */
export function uint(atMost: number = Number.MAX_SAFE_INTEGER): Codec<number> {
  const check = (value: number): number => {
    if (!Number.isSafeInteger(value) || value < 0 || value > atMost || Object.is(value, -0)) {
      throw new Malformed('', `has to be a whole number from 0 to ${atMost}`);
    }
    return value;
  };
  return {
    write: (writer, value) => writer.uint(check(value)),
    read: (reader) => check(reader.uint()),
  };
}

export const boolean: Codec<boolean> = {
  write: (writer, value) => writer.byte(value ? 1 : 0),
  read(reader) {
    const byte = reader.byte();
    if (byte > 1) {
      throw new Malformed('', 'has to be 0 or 1');
    }
    return byte === 1;
  },
};

/** Exactly `length` bytes, with no prefix: digests, for one. */
export function fixedBytes(length: number): Codec<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length !== length) {
        throw new Malformed('', `has to be ${length} bytes long`);
      }
      writer.bytes(value);
    },
    read: (reader) => reader.bytes(length).slice(),
  };
}

/** Up to `atMost` bytes. */
export function bytes(bounds: { atMost: number }): Codec<Uint8Array> {
  const check = (length: number): number => {
    if (length > bounds.atMost) {
      throw new Malformed('', `has to be at most ${bounds.atMost} bytes long`);
    }
    return length;
  };
  return {
    write(writer, value) {
      writer.uint(check(value.length));
      writer.bytes(value);
    },
    read: (reader) => reader.bytes(check(reader.uint())).slice(),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loneSurrogate = /\p{Surrogate}/u;

export interface TextBounds {
  /** In bytes of UTF-8. */
  readonly atLeast?: number;
  /** In bytes of UTF-8. */
  readonly atMost: number;
  readonly pattern?: { readonly matches: RegExp; readonly says: string };
}

/** Well-formed UTF-8. */
export function text(bounds: TextBounds): Codec<string> {
  const { atLeast = 0, atMost, pattern } = bounds;

  const checkLength = (length: number): number => {
    if (length < atLeast || length > atMost) {
      throw new Malformed('', `has to be ${atLeast} to ${atMost} bytes of UTF-8 long`);
    }
    return length;
  };
  const checkPattern = (value: string): string => {
    if (pattern !== undefined && !pattern.matches.test(value)) {
      throw new Malformed('', pattern.says);
    }
    return value;
  };

  return {
    write(writer, value) {
      if (typeof value !== 'string') {
        throw new Malformed('', 'has to be a text');
      }
      // A text has at least as many bytes as units: refuse a huge one before it is encoded.
      if (value.length > atMost) {
        checkLength(value.length);
      }
      checkPattern(value);
      if (loneSurrogate.test(value)) {
        throw new Malformed('', 'has half of a surrogate pair in it');
      }
      const encoded = encoder.encode(value);
      writer.uint(checkLength(encoded.length));
      writer.bytes(encoded);
    },
    read(reader) {
      return checkPattern(decodeUtf8(reader.bytes(checkLength(reader.uint()))));
    },
  };
}

function decodeUtf8(encoded: Uint8Array): string {
  // Most texts are short and plain: this is several times as fast for them as the platform's decoder.
  if (encoded.length <= 32) {
    let plain = '';
    for (let index = 0; index < encoded.length; index += 1) {
      const byte = encoded[index] as number;
      if (byte >= 0x80) {
        return decodeAnyUtf8(encoded);
      }
      plain += String.fromCharCode(byte);
    }
    return plain;
  }
  return decodeAnyUtf8(encoded);
}

function decodeAnyUtf8(encoded: Uint8Array): string {
  try {
    return decoder.decode(encoded);
  } catch {
    throw new Malformed('', 'is not UTF-8');
  }
}
