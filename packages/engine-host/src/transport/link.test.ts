import type { Clock } from '@qflow/ports';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameReader, writeFrame } from './framing.ts';
import { createLink, type Link } from './link.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const message = (value: string) => new Uint8Array(Buffer.from(value));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that the test moves. */
function manualClock() {
  let nowMs = 0;
  let timers: { dueMs: number; action: () => void }[] = [];
  const clock: Clock = {
    monotonicMs: () => nowMs,
    calendarMs: () => nowMs,
    after(delayMs, action) {
      const timer = { dueMs: nowMs + delayMs, action };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
  };
  /** Runs what is due on the way; with `frozen`, only at the end, like a process that was stopped. */
  const advance = (byMs: number, frozen = false, afterFirst = () => {}) => {
    const endMs = nowMs + byMs;
    for (;;) {
      const [next] = timers.filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      nowMs = frozen ? endMs : Math.max(nowMs, next.dueMs);
      timers = timers.filter((timer) => timer !== next);
      next.action();
      afterFirst();
    }
    nowMs = endMs;
  };
  return { clock, advance, pending: () => timers.length };
}

function linkWith(overrides: { takes?: () => boolean; outboxBytes?: number } = {}) {
  const { clock, advance, pending } = manualClock();
  const received: string[] = [];
  const sent: Uint8Array[] = [];
  const aborted: string[] = [];
  const link: Link = createLink(
    {
      send(bytes) {
        sent.push(bytes);
        return overrides.takes?.() ?? true;
      },
      abort: (reason) => {
        aborted.push(reason.message);
        link.over();
      },
    },
    {
      clock,
      pingIntervalMs: 100,
      pingTimeoutMs: 200,
      messageBytes: 1000,
      outboxBytes: overrides.outboxBytes ?? 10_000,
      onMessage: (bytes) => received.push(text(bytes)),
    },
  );
  /** What has left, frame by frame. */
  const frames = (): string[] => {
    const seen: string[] = [];
    const read = frameReader(100_000, (kind, payload) => seen.push(kind === 'message' ? text(payload) : kind));
    sent.forEach(read);
    return seen;
  };
  return { link, advance, pending, received, sent, aborted, frames };
}

function frame(kind: 'message' | 'probe' | 'echo', payload = ''): Buffer {
  const target = Buffer.alloc(5 + payload.length);
  writeFrame(target, 0, kind, message(payload));
  return target;
}

describe('frames', () => {
  test('come out whole, however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 50 })), fc.array(fc.nat(60)), (messages, cuts) => {
        const stream = Buffer.concat(messages.map((value) => frame('message', Buffer.from(value).toString('latin1'))));
        const seen: string[] = [];
        const read = frameReader(1000, (_kind, payload) => seen.push(text(payload)));
        let offset = 0;
        for (const cut of [...cuts, stream.length]) {
          read(stream.subarray(offset, offset + cut));
          offset += cut;
        }
        expect(seen).toEqual(messages.map((value) => text(message(Buffer.from(value).toString('latin1')))));
      }),
    );
  });
});

describe('a link', () => {
  test('sends the messages of a turn together', async () => {
    const { link, sent, frames } = linkWith();
    link.send(message('a'));
    link.send(message('b'));
    expect(sent).toEqual([]);
    await turn();

    expect(sent.length).toBe(1);
    expect(frames()).toEqual(['a', 'b']);
  });

  test('waits while the stream wants no more, and drops what is too much', async () => {
    let takes = false;
    const { link, frames } = linkWith({ takes: () => takes, outboxBytes: 30 });
    link.send(message('first'));
    await turn();
    link.send(message('second'));
    link.send(message('third'));
    link.send(message('more than there is room for'));
    await turn();
    expect(frames()).toEqual(['first']);

    takes = true;
    link.drained();
    expect(frames()).toEqual(['first', 'second', 'third']);
  });

  test('drops a message that no peer would take, and breaks with a peer that sends one', async () => {
    const { link, sent, aborted } = linkWith();
    link.send(new Uint8Array(1001));
    await turn();
    expect(sent).toEqual([]);

    link.received(Buffer.from([0, 1, 0, 0, 0]));
    expect(aborted).toEqual(['a frame of 65536 bytes, more than 1000']);
  });

  test('breaks with a peer that sends another protocol', () => {
    const { link, aborted } = linkWith();
    link.received(Buffer.from('GET / HTTP/1.1'));

    expect(aborted).toEqual(['unknown kind of frame']);
  });

  test('is flushed when the peer has echoed what came after', async () => {
    const { link, frames } = linkWith();
    let flushed: boolean | undefined;
    link.send(message('before'));
    void link.flushed().then((value) => {
      flushed = value;
    });
    await turn();
    expect(frames()).toEqual(['before', 'probe']);
    expect(flushed).toBeUndefined();

    link.received(frame('echo'));
    await turn();
    expect(flushed).toBe(true);
  });

  test('is not flushed when it ends before', async () => {
    const { link } = linkWith();
    const flushed = link.flushed();
    link.over();

    expect(await flushed).toBe(false);
    expect(await link.flushed()).toBe(false);
  });

  test('echoes what the peer asks', async () => {
    const { link, frames } = linkWith();
    link.received(frame('probe'));
    await turn();

    expect(frames()).toEqual(['echo']);
  });

  test('asks a silent peer for a sign of life, and breaks when none comes in time', async () => {
    const { advance, frames, aborted, pending } = linkWith();
    advance(100);
    await turn();
    expect(frames()).toEqual(['probe']);
    advance(199);
    expect(aborted).toEqual([]);
    advance(1);

    expect(aborted).toEqual(['silent for 300 ms']);
    expect(pending()).toBe(0);
  });

  test('asks nothing while messages come, and goes on with a peer that answers', async () => {
    const { link, advance, frames, aborted } = linkWith();
    for (let time = 0; time < 1000; time += 50) {
      advance(50);
      link.received(frame('message', 'x'));
    }
    await turn();
    expect(frames()).toEqual([]);

    for (let time = 0; time < 3000; time += 150) {
      advance(150);
      link.received(frame('echo'));
    }
    await turn();
    expect(frames().length).toBeGreaterThan(5);
    expect(aborted).toEqual([]);
  });

  test('reads once more before it judges', () => {
    const { link, advance, aborted } = linkWith();
    advance(100);
    // Late, as on a busy machine; the echo is read right after the timer.
    advance(250, true, () => link.received(frame('echo')));
    advance(100);
    expect(aborted).toEqual([]);
  });

  test('does not blame the peer for the time that it stood still itself', () => {
    const { link, advance, aborted } = linkWith();
    advance(100);
    advance(60_000, true);
    expect(aborted).toEqual([]);

    link.received(frame('echo'));
    advance(200);
    expect(aborted).toEqual([]);
  });
});
