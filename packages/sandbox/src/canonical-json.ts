import type { Json } from '@qflow/ports';

/** Deeper values would meet the end of the machine's own stack somewhere, and each machine elsewhere. */
export const greatestDepth = 128;

/** A value that has no canonical text. The text is a sentence about it. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical';
}

/**
 * The one text of a JSON value: no spaces, keys in the order of their UTF-16 code units, numbers as ECMAScript prints them,
 * after RFC 8785 (JSON Canonicalization Scheme). Lone surrogates, which that RFC does not allow, are escaped.
 * @throws NotCanonical for a value nested deeper than `greatestDepth`, or a number that is not finite
 */
export function canonicalJson(value: Json, depth = 0): string {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new NotCanonical('a number is too large');
    }
    return JSON.stringify(value);
  }
  if (depth === greatestDepth) {
    throw new NotCanonical(`a value is nested more than ${greatestDepth} deep`);
  }
  if (isList(value)) {
    return `[${value.map((element) => canonicalJson(element, depth + 1)).join(',')}]`;
  }
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!, depth + 1)}`);
  return `{${fields.join(',')}}`;
}

/** `Array.isArray` does not tell read-only lists from objects. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
