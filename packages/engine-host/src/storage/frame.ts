import { crc32c } from './crc32c.ts';

/**
 * How a record stands in a log file. Little-endian: its length (4 bytes), CRC-32C of the record (4 bytes), CRC-32C of
 * these eight bytes (4 bytes), the record. The head has its own checksum, so that a search for sound records costs a few
 * bytes at each place, whatever the places hold.
 *
 * Both checksums begin with the file's own salt: without it, a value that a client wrote could hold a well-formed
 * frame, and a torn record around it would look like a damaged middle.
 */
export const frameHeadBytes = 12;

export function encodeFrame(record: Uint8Array, salt: number): Buffer {
  const frame = Buffer.allocUnsafe(frameHeadBytes + record.length);
  frame.writeUInt32LE(record.length, 0);
  frame.writeUInt32LE(crc32c(record, salt), 4);
  frame.writeUInt32LE(crc32c(frame.subarray(0, 8), salt), 8);
  frame.set(record, frameHeadBytes);
  return frame;
}

/** Where the sound frame at `offset` ends, or undefined when there is none. */
export function endOfFrame(bytes: Buffer, offset: number, salt: number): number | undefined {
  if (
    bytes.length - offset < frameHeadBytes ||
    bytes.readUInt32LE(offset + 8) !== crc32c(bytes.subarray(offset, offset + 8), salt)
  ) {
    return undefined;
  }
  const start = offset + frameHeadBytes;
  const end = start + bytes.readUInt32LE(offset);
  if (end > bytes.length || bytes.readUInt32LE(offset + 4) !== crc32c(bytes.subarray(start, end), salt)) {
    return undefined;
  }
  return end;
}
