import { keyOf, type ValueKey } from '../../history/value-key.ts';
import type { Call, Model, Role } from '../models/model.ts';

const NUMBER: Readonly<Record<Role, number>> = { observes: 0, overwrites: 1, changes: 2 };

export interface Classes {
  readonly classes: readonly Call[];
  readonly classOf: Int32Array;
  readonly roleOf: Uint8Array;
}

/** Numbers the calls that differ. Of a call that overwrites, the answer makes no difference. */
export function classify(model: Model, calls: readonly Call[]): Classes {
  const numberOf = new Map<string, Map<ValueKey, Map<ValueKey | undefined, number>>>();
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

/** No key of a value: those of texts begin with a quote, those of objects with a bracket or a brace. */
const OVERWRITTEN = 'overwritten';
