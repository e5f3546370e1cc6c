import type { Stream } from '@libp2p/interface';

/** What a Yamux stream keeps of the window that it grants its peer, in bytes. */
interface Granting {
  recvWindow: number;
  recvWindowCapacity: number;
  sendWindowUpdate(): void;
}

/**
 * Lets a stream grant its peer more only when half of the window is used up, as other Yamux implementations do. This one
 * answers each piece of data with a frame of its own, which doubles the frames, encryptions and system calls of a stream
 * of small messages. For streams that both ends have opened: until then, an update also opens. A stream that is not of the known make is left as it is.
 */
export function grantSparingly(stream: Stream): void {
  const granting = stream as unknown as Partial<Granting>;
  const { sendWindowUpdate, recvWindow, recvWindowCapacity } = granting;
  if (sendWindowUpdate === undefined || recvWindow === undefined || recvWindowCapacity === undefined) {
    return;
  }
  const known = granting as Granting;
  known.sendWindowUpdate = () => {
    if (known.recvWindowCapacity < known.recvWindow / 2) {
      sendWindowUpdate.call(stream);
    }
  };
}
