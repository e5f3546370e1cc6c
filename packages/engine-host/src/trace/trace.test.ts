import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, NetworkListener, Ports } from '@qflow/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { armableTrace, type Stopping } from './armed-stop.ts';
import { type EventFile, openEventFile } from './event-file.ts';
import { createGate, gated } from './gate.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qflow-trace-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const path = () => join(directory, 'deep', 'events.jsonl');
const lines = () =>
  readFileSync(path(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the file of events', () => {
  test('holds an event when the call returns, and goes on where an earlier process ended', () => {
    let now = 41n;
    const open = () => openEventFile(path(), () => ++now);
    const first = open();
    first.write('vote', { view: 1 });
    expect(lines()).toEqual([{ time: 42, event: 'vote', value: { view: 1 } }]);
    first.close();

    open().write('line\nbreak', null);
    expect(lines()[1]).toEqual({ time: 43, event: 'line\nbreak', value: null });
  });

  test('shares its clock with the other processes of the machine', async () => {
    const before = process.hrtime.bigint();
    const child = spawn(process.execPath, ['-p', 'process.hrtime.bigint()']);
    const time = BigInt(
      await new Promise<string>((resolve) =>
        child.stdout.once('data', (data) => resolve(String(data).trim().replace('n', ''))),
      ),
    );

    expect(time).toBeGreaterThan(before);
    expect(time).toBeLessThan(process.hrtime.bigint());
  });

  test('closes a line that an earlier process left torn', () => {
    openEventFile(path()).write('whole', 1);
    appendFileSync(path(), '{"time":1,"ev');
    openEventFile(path()).write('next', 2);

    const text = readFileSync(path(), 'utf8').split('\n');
    expect(JSON.parse(text[2]!)).toMatchObject({ event: 'next', value: 2 });
  });
});

describe('an armed trace', () => {
  const written: string[] = [];
  const file: EventFile = { write: (event, value) => written.push(`${event} ${JSON.stringify(value)}`), close() {} };
  const stops: string[] = [];
  const stopping: Stopping = {
    now: () => stops.push(`now, after ${written.at(-1)}`),
    afterFlush: (report) => {
      stops.push('flushing');
      report(true);
    },
  };
  beforeEach(() => {
    written.length = stops.length = 0;
  });

  test('stops once, at the nth matching event from the arming on, with the event written before', () => {
    const trace = armableTrace(file, stopping);
    trace.emit('vote', { kind: 'notarize', view: 1 });
    trace.arm({ event: 'vote', nth: 2, where: { kind: 'notarize' }, afterFlush: false });
    trace.emit('vote', { kind: 'notarize', view: 2 });
    trace.emit('vote', { kind: 'finalize', view: 2 });
    trace.emit('finalized', { kind: 'notarize' });
    expect(stops).toEqual([]);

    trace.emit('vote', { kind: 'notarize', view: 3 });
    trace.emit('vote', { kind: 'notarize', view: 4 });
    expect(stops).toEqual(['now, after armed-stop {"event":"vote","nth":2,"flushed":null}']);
    expect(written.at(-3)).toBe('vote {"kind":"notarize","view":3}');
  });

  test('lets what was sent leave first when told to', () => {
    const trace = armableTrace(file, stopping);
    trace.arm({ event: 'proposal-half-sent', nth: 1, afterFlush: true });
    trace.emit('proposal-half-sent', { view: 3 });

    expect(stops).toEqual(['flushing']);
    expect(written.at(-1)).toBe('armed-stop {"event":"proposal-half-sent","nth":1,"flushed":true}');
  });

  test('does nothing once disarmed', () => {
    const trace = armableTrace(file, stopping);
    trace.arm({ event: 'vote', nth: 1, afterFlush: false });

    expect(trace.disarm()).toBe(1);
    trace.emit('vote', {});
    expect(stops).toEqual([]);
  });

  test('matches no value that has no fields', () => {
    const trace = armableTrace(file, stopping);
    trace.arm({ event: 'vote', nth: 1, where: { view: 1 }, afterFlush: false });
    for (const value of [null, 1, 'view', [1]] as Json[]) {
      trace.emit('vote', value);
    }

    expect(stops).toEqual([]);
  });
});

describe('a shut gate', () => {
  function world() {
    const seen: string[] = [];
    let listener: NetworkListener | undefined;
    let due: (() => void) | undefined;
    const gate = createGate();
    const ports = gated(
      {
        clock: {
          monotonicMs: () => 5,
          calendarMs: () => 6,
          after: (_delayMs, action) => {
            due = action;
            return { cancel() {} };
          },
        },
        network: {
          send: (to) => seen.push(`sent to ${to}`),
          connected: () => [1],
          listen: (given) => {
            listener = given;
          },
          close() {},
        },
      } as Partial<Ports> as Ports,
      gate,
    );
    ports.network.listen({
      onMessage: (from) => seen.push(`message from ${from}`),
      onConnected: (peer) => seen.push(`${peer} up`),
      onDisconnected: (peer) => seen.push(`${peer} down`),
    });
    return { seen, gate, ports, listener: listener!, fire: () => due!() };
  }

  test('drops what would leave, holds what would come in, and lets it in in order', () => {
    const { seen, gate, ports, listener, fire } = world();
    ports.network.send(1, new Uint8Array());
    ports.clock.after(10, () => seen.push('timer'));
    gate.shut();
    ports.network.send(2, new Uint8Array());
    listener.onMessage(3, new Uint8Array());
    fire();
    listener.onDisconnected(3);
    expect(seen).toEqual(['sent to 1']);

    gate.open();
    expect(seen).toEqual(['sent to 1', 'message from 3', 'timer', '3 down']);
  });

  test('still honours a timer cancelled while it was held', () => {
    const { seen, gate, ports, fire } = world();
    const timer = ports.clock.after(10, () => seen.push('timer'));
    gate.shut();
    fire();
    timer.cancel();
    gate.open();

    expect(seen).toEqual([]);
  });

  test('holds again what follows when one of the held shuts it', () => {
    const { seen, gate, listener } = world();
    gate.shut();
    gate.pass(() => gate.shut());
    listener.onMessage(1, new Uint8Array());
    gate.open();
    expect(seen).toEqual([]);

    gate.open();
    expect(seen).toEqual(['message from 1']);
  });
});
