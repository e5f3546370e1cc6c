import type { Socket } from 'node:net';

/** Bytes that went through in one direction. */
export interface FlowCounter {
  bytes: number;
}

/**
 * Carries what `from` says to `to`, until it has said all: its end ends that side of `to` alone, so the other direction
 * goes on. What `to` cannot take yet stays with `from`, whose sender TCP slows down.
 */
export function carry(from: Socket, to: Socket, counter: FlowCounter): void {
  from.on('data', (bytes: Buffer) => {
    counter.bytes += bytes.length;
    if (!to.destroyed && !to.write(bytes)) {
      from.pause();
    }
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
}

/** A side that breaks breaks the other one as it is: a reset arrives as a reset, not as an orderly end. */
export function breakTogether(one: Socket, other: Socket): void {
  for (const [side, opposite] of [
    [one, other],
    [other, one],
  ] as const) {
    side.on('error', () => opposite.resetAndDestroy());
    side.on('close', () => {
      // After an orderly end in both directions this does nothing.
      if (!opposite.destroyed && !(side.readableEnded && side.writableFinished)) {
        opposite.resetAndDestroy();
      }
    });
  }
}
