import type { Json } from '../../history/history.ts';
import type { Operation } from '../../history/operations.ts';
import { keyOf, type ValueKey } from '../../history/value-key.ts';
import type { Call, Decision } from '../models/model.ts';
import { type Block, inSomeOrder, witnessesOf } from './blocks.ts';
import { violation } from './chain.ts';

/** What is known of one value: its write, the first end and the last begin among the write and its reads. */
interface Zone extends Block {
  readonly name: Json;
  readonly write: Operation | undefined;
  isRead: boolean;
  firstEnd: number;
  lastBegin: number;
  endsFirst: Operation | undefined;
  beginsLast: Operation | undefined;
}

/**
 * Decides a register of reads and writes whose written values are all different, in O(n log n), or returns undefined
 * when this is no such history: Gibbons and Korach, "Testing Shared Memories" (1997). A value is surely current from
 * the first end to the last begin among its operations (a forward zone), unless these come the other way round.
 */
export function registerZones(
  operations: readonly Operation[],
  calls: readonly Call[],
  initial: Json,
): Decision | undefined {
  const zones = new Map<ValueKey, Zone>();
  // The initial value was written before time.
  zones.set(keyOf(initial), emptyZone(initial, undefined, -1, -1));

  for (let o = 0; o < calls.length; o += 1) {
    const { f, value } = calls[o]!;
    if (f === 'read') continue;
    if (f !== 'write') return undefined;
    const key = keyOf(value);
    if (zones.has(key)) return undefined;
    const write = operations[o]!;
    zones.set(key, emptyZone(value, write, write.completedAt, write.invokedAt));
  }

  for (let o = 0; o < calls.length; o += 1) {
    const { f, result } = calls[o]!;
    if (f !== 'read' || result === undefined) continue;
    const read = operations[o]!;
    const zone = zones.get(keyOf(result));
    if (zone === undefined) return violation(`a read returned ${show(result)}, which nobody wrote`, [read]);
    if (zone.write !== undefined && read.completedAt < zone.write.invokedAt) {
      return violation(`a read returned ${show(result)} before its write began`, [read, zone.write]);
    }
    zone.isRead = true;
    if (read.completedAt < zone.firstEnd) {
      zone.firstEnd = read.completedAt;
      zone.endsFirst = read;
    }
    if (read.invokedAt > zone.lastBegin) {
      zone.lastBegin = read.invokedAt;
      zone.beginsLast = read;
    }
  }

  // A write that may not have happened, and that nobody saw, did not happen.
  const happened = [...zones.values()].filter(
    ({ write, isRead, firstEnd }) => isRead || (write !== undefined && firstEnd !== Number.POSITIVE_INFINITY),
  );
  return inSomeOrder(happened, ({ write, endsFirst, beginsLast }) => witnessesOf(write, endsFirst, beginsLast));
}

const emptyZone = (name: Json, write: Operation | undefined, firstEnd: number, lastBegin: number): Zone => ({
  name,
  write,
  isRead: false,
  firstEnd,
  lastBegin,
  endsFirst: write,
  beginsLast: write,
});

const show = (value: Json): string => JSON.stringify(value);
