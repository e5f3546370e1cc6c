import type { Json } from './history.ts';

/** A value as the key of a Map. */
export type ValueKey = string | number | boolean | null;

/** Values that are equal as JSON have equal keys. A quote before texts keeps them apart from the JSON of objects. */
export function keyOf(value: Json): ValueKey {
  if (typeof value === 'string') return `"${value}`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
