import type { Json } from '../../history/history.ts';
import type { Call, Model, Role } from '../models/model.ts';

const NUMBER: Readonly<Record<Role, number>> = { observes: 0, overwrites: 1, changes: 2 };

export interface Classes {
  readonly classes: readonly Call[];
  readonly classOf: Int32Array;
  readonly roleOf: Uint8Array;
}

/** Numbers the calls that differ. Of a call that overwrites, the answer makes no difference. */
export function classify(model: Model, calls: readonly Call[]): Classes {
  const numberOf = new Map<string, Map<Json | string, Map<Json | string | undefined, number>>>();
  const classes: Call[] = [];
  const roles: number[] = [];
  const classOf = new Int32Array(calls.length);

  calls.forEach((call, position) => {
    let ofF = numberOf.get(call.f);
    if (ofF === undefined) {
      ofF = new Map();
      numberOf.set(call.f, ofF);
    }
    const value = keyOf(call.value);
    let ofValue = ofF.get(value);
    if (ofValue === undefined) {
      ofValue = new Map();
      ofF.set(value, ofValue);
    }
    const result = call.result === undefined ? undefined : keyOf(call.result);

    let number = ofValue.get(result);
    if (number === undefined) {
      const role = model.role?.(call) ?? 'changes';
      const blind = role === 'overwrites' ? ofValue.get(OVERWRITTEN) : undefined;
      number = blind ?? classes.length;
      if (blind === undefined) {
        classes.push(call);
        roles.push(NUMBER[role]);
        if (role === 'overwrites') ofValue.set(OVERWRITTEN, number);
      }
      ofValue.set(result, number);
    }
    classOf[position] = number;
  });

  return { classes, classOf, roleOf: Uint8Array.from(roles) };
}

const OVERWRITTEN = '"overwritten';

/** Primitives stand for themselves; a quote before texts keeps them apart from the JSON of objects. */
function keyOf(value: Json): Json | string {
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
