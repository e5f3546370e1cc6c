import { crc32c } from './crc32c.ts';

/**
 * One frame of a log file: all that one sync made durable. Little-endian: length of the body (4 bytes), CRC-32C of the
 * length and the body (4 bytes), body; the body is records, each with its length (4 bytes) before it.
 *
 * A frame is written only after the one before it was synced. So a crash, of the process or of the machine, can damage
 * the last frame alone, however the disk reorders its blocks.
 */
export const frameHeadBytes = 8;

export function encodeFrame(records: readonly Uint8Array[], salt: number): Buffer {
  let bodyBytes = 0;
  for (const record of records) {
    bodyBytes += 4 + record.length;
  }
  const frame = Buffer.allocUnsafe(frameHeadBytes + bodyBytes);
  let offset = frameHeadBytes;
  for (const record of records) {
    frame.writeUInt32LE(record.length, offset);
    frame.set(record, offset + 4);
    offset += 4 + record.length;
  }
  frame.writeUInt32LE(bodyBytes, 0);
  frame.writeUInt32LE(checksum(frame, 0, bodyBytes, salt), 4);
  return frame;
}

/** Where the sound frame at `offset` ends, or undefined when there is none. */
export function endOfFrame(bytes: Buffer, offset: number, salt: number): number | undefined {
  if (bytes.length - offset < frameHeadBytes) {
    return undefined;
  }
  const bodyBytes = bytes.readUInt32LE(offset);
  const end = offset + frameHeadBytes + bodyBytes;
  // The shape first: it is far cheaper to refuse than a checksum, and a scan asks at every byte.
  if (end > bytes.length || !holdsWholeRecords(bytes, offset + frameHeadBytes, end)) {
    return undefined;
  }
  return bytes.readUInt32LE(offset + 4) === checksum(bytes, offset, bodyBytes, salt) ? end : undefined;
}

function holdsWholeRecords(bytes: Buffer, start: number, end: number): boolean {
  let next = start;
  while (end - next >= 4) {
    next += 4 + bytes.readUInt32LE(next);
  }
  // An empty frame is never written: a run of zeros is none.
  return next === end && end > start;
}

/** The records of a sound frame. */
export function* recordsOfFrame(bytes: Buffer, offset: number, end: number): Generator<Uint8Array> {
  let next = offset + frameHeadBytes;
  while (next < end) {
    const length = bytes.readUInt32LE(next);
    yield bytes.subarray(next + 4, next + 4 + length);
    next += 4 + length;
  }
}

// The salt is the file's own: without it, a value that a client wrote could hold a well-formed frame, and a torn record
// around it would look like a damaged middle.
function checksum(bytes: Buffer, offset: number, bodyBytes: number, salt: number): number {
  const start = offset + frameHeadBytes;
  return crc32c(bytes.subarray(start, start + bodyBytes), crc32c(bytes.subarray(offset, offset + 4), salt));
}
