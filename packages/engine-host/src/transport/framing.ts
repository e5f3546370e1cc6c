/** What a link carries. A probe asks for an echo; its echo proves that all before it has arrived. */
export type FrameKind = 'message' | 'probe' | 'echo';

const kinds: readonly FrameKind[] = ['message', 'probe', 'echo'];

/** A frame: length of the payload (4 bytes, big-endian), kind (1 byte), payload. */
const headBytes = 5;

export function frameBytes(payload: Uint8Array): number {
  return headBytes + payload.length;
}

/** Writes a frame into `target` and returns where it ends. */
export function writeFrame(target: Buffer, offset: number, kind: FrameKind, payload: Uint8Array): number {
  target.writeUInt32BE(payload.length, offset);
  target[offset + 4] = kinds.indexOf(kind);
  target.set(payload, offset + headBytes);
  return offset + headBytes + payload.length;
}

/** The peer does not speak our protocol. */
class BadFrame extends Error {
  override readonly name = 'BadFrame';
}

/**
 * Takes a stream of bytes in pieces, calls `onFrame` for each whole frame, with a payload of its own memory.
 * Reading throws BadFrame for an unknown kind, or a payload above `greatestBytes`, before it collects any of it.
 */
export function frameReader(
  greatestBytes: number,
  onFrame: (kind: FrameKind, payload: Uint8Array) => void,
): (piece: Uint8Array) => void {
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  /** Not worth looking before this many bytes are there. */
  let neededBytes = headBytes;

  return (piece) => {
    rest.push(piece);
    restBytes += piece.length;
    if (restBytes < neededBytes) {
      return;
    }

    const bytes = rest.length === 1 ? bufferOn(piece) : Buffer.concat(rest);
    let offset = 0;
    neededBytes = headBytes;
    while (bytes.length - offset >= headBytes) {
      const length = bytes.readUInt32BE(offset);
      const kind = kinds[bytes[offset + 4]!];
      if (kind === undefined || length > greatestBytes) {
        throw new BadFrame(
          kind === undefined ? 'unknown kind of frame' : `a frame of ${length} bytes, more than ${greatestBytes}`,
        );
      }
      const end = offset + headBytes + length;
      if (end > bytes.length) {
        neededBytes = end - offset;
        break;
      }
      // A copy: a small message kept for long must not keep a whole piece alive.
      onFrame(kind, new Uint8Array(bytes.subarray(offset + headBytes, end)));
      offset = end;
    }
    rest = offset === bytes.length ? [] : [bytes.subarray(offset)];
    restBytes = bytes.length - offset;
  };
}

function bufferOn(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
