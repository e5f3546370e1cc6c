import type { Clock, Timer } from '@qflow/ports';
import { type FrameKind, frameBytes, frameReader, writeFrame } from './framing.ts';

/** An ordered stream of bytes to one peer, with back-pressure. */
export interface ByteStream {
  /** False when it wants no more before `Link.drained` is called. Throws when it is closed. */
  send(bytes: Uint8Array): boolean;
  /** Breaks the connection at once, without a good-bye. */
  abort(reason: Error): void;
}

export interface LinkOptions {
  readonly clock: Clock;
  /** A peer that was silent for so long is asked for a sign of life, and judged dead when it gives none in time. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Largest message, either way. */
  readonly messageBytes: number;
  /** What may wait to be sent; more is dropped. */
  readonly outboxBytes: number;
  onMessage(message: Uint8Array): void;
}

/** Whole messages over one stream, and a watch on whether the peer lives. */
export interface Link {
  send(message: Uint8Array): void;
  received(piece: Uint8Array): void;
  /** The stream takes more again. */
  drained(): void;
  /** Resolves when the peer has received all that was sent so far, or when the link is over. */
  flushed(): Promise<boolean>;
  /** The stream is closed, whoever closed it. */
  over(): void;
}

/**
 * Messages of one turn of the event loop leave together at its end, in pieces of about this size: one encryption, one
 * system call.
 */
const batchBytes = 64 * 1024;
const nothing = new Uint8Array();

export function createLink(stream: ByteStream, options: LinkOptions): Link {
  const { clock, pingIntervalMs, pingTimeoutMs, messageBytes, outboxBytes, onMessage } = options;
  let outbox: { readonly kind: FrameKind; readonly payload: Uint8Array }[] = [];
  let waitingBytes = 0;
  let isScheduled = false;
  let isBlocked = false;
  let isOver = false;
  /** Who waits for the echo of each probe under way, in order. */
  const probes: ((arrived: boolean) => void)[] = [];
  const read = frameReader(messageBytes, onFrame);

  let heardMs = clock.monotonicMs();
  let watch: Timer = clock.after(pingIntervalMs, askForLife);

  function enqueue(kind: FrameKind, payload: Uint8Array): void {
    outbox.push({ kind, payload });
    waitingBytes += frameBytes(payload);
    if (!isScheduled && !isBlocked) {
      isScheduled = true;
      setImmediate(flush);
    }
  }

  function flush(): void {
    isScheduled = false;
    while (outbox.length > 0 && !isBlocked && !isOver) {
      let count = 0;
      let size = 0;
      while (count < outbox.length && (count === 0 || size + frameBytes(outbox[count]!.payload) <= batchBytes)) {
        size += frameBytes(outbox[count++]!.payload);
      }
      const batch = Buffer.allocUnsafe(size);
      let offset = 0;
      for (const { kind, payload } of outbox.slice(0, count)) {
        offset = writeFrame(batch, offset, kind, payload);
      }
      outbox = outbox.slice(count);
      waitingBytes -= size;
      try {
        isBlocked = !stream.send(batch);
      } catch (error) {
        stream.abort(error as Error);
        return;
      }
    }
  }

  function onFrame(kind: FrameKind, payload: Uint8Array): void {
    if (kind === 'message') {
      onMessage(payload);
    } else if (kind === 'echo') {
      probes.shift()?.(true);
    } else if (waitingBytes < outboxBytes) {
      enqueue('echo', nothing);
    }
  }

  function probe(): Promise<boolean> {
    return new Promise((resolve) => {
      if (isOver) {
        resolve(false);
      } else {
        probes.push(resolve);
        enqueue('probe', nothing);
      }
    });
  }

  function askForLife(): void {
    const quietMs = clock.monotonicMs() - heardMs;
    if (quietMs < pingIntervalMs) {
      watch = clock.after(pingIntervalMs - quietMs, askForLife);
      return;
    }
    void probe();
    awaitLife(clock.monotonicMs());
  }

  function awaitLife(askedMs: number): void {
    watch = clock.after(pingTimeoutMs, () => {
      const nowMs = clock.monotonicMs();
      if (nowMs - askedMs > pingTimeoutMs + pingIntervalMs && heardMs < askedMs) {
        // We stood still ourselves, perhaps with all of this machine.
        awaitLife(nowMs);
      } else {
        // One more turn: on a busy machine the sign may be here already, unread.
        watch = clock.after(0, () => judge(askedMs));
      }
    });
  }

  function judge(askedMs: number): void {
    if (heardMs >= askedMs) {
      askForLife();
    } else {
      stream.abort(new Error(`silent for ${Math.round(clock.monotonicMs() - heardMs)} ms`));
    }
  }

  return {
    send(message) {
      if (!isOver && message.length <= messageBytes && waitingBytes + frameBytes(message) <= outboxBytes) {
        enqueue('message', message);
      }
    },

    received(piece) {
      heardMs = clock.monotonicMs();
      try {
        read(piece);
      } catch (error) {
        stream.abort(error as Error);
      }
    },

    drained() {
      isBlocked = false;
      flush();
    },

    flushed: probe,

    over() {
      isOver = true;
      watch.cancel();
      outbox = [];
      for (const resolve of probes.splice(0)) {
        resolve(false);
      }
    },
  };
}
