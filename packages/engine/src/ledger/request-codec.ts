import { type Codec, decode, encode } from '../codec/codec.ts';
import { optional, struct, union } from '../codec/composites.ts';
import { text, uint } from '../codec/scalars.ts';
import type { Request, Result } from './request.ts';

/** Bounds of a request's fields, in bytes of UTF-8. */
export const requestBounds = { clientBytes: 64, keyBytes: 256, valueBytes: 30 * 1024 } as const;

export const clientCodec = text({
  atLeast: 1,
  atMost: requestBounds.clientBytes,
  pattern: { matches: /^[A-Za-z0-9_.-]*$/, says: 'may have only letters, digits, "_", "." and "-" in it' },
});
export const keyCodec = text({ atLeast: 1, atMost: requestBounds.keyBytes });
export const valueCodec = optional(text({ atMost: requestBounds.valueBytes }));

/** Numbers of variants are for good: they stand in blocks. */
const requestCodec: Codec<Request> = struct({
  client: clientCodec,
  sequence: uint(),
  expiresAfterView: uint(),
  operation: union('kind', {
    read: [1, struct({ key: keyCodec })],
    write: [2, struct({ key: keyCodec, value: valueCodec })],
    'compare-and-set': [3, struct({ key: keyCodec, expected: valueCodec, value: valueCodec })],
  }),
});

export const resultCodec: Codec<Result> = union('kind', {
  value: [1, struct({ value: valueCodec, version: uint() })],
  written: [2, struct({ version: uint() })],
  mismatch: [3, struct({ value: valueCodec, version: uint() })],
  expired: [4, struct({})],
});

/** @throws Malformed that names the field which is out of its bounds, such as `operation.key` */
export const encodeRequest = (request: Request): Uint8Array => encode(requestCodec, request);

/** @throws Malformed */
export const decodeRequest = (bytes: Uint8Array): Request => decode(requestCodec, bytes);
