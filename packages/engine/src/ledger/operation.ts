import type { Hash } from '../merkle/domain.ts';
import { get, type MerkleMap, set } from '../merkle/map.ts';
import type { Operation, Result } from './request.ts';
import { type Register, registerPath } from './state.ts';

/** The registers after one operation, and what it came to. */
export function applyOperation(
  hash: Hash,
  registers: MerkleMap<Register>,
  operation: Operation,
): [MerkleMap<Register>, Result] {
  const { key } = operation;
  const path = registerPath(hash, key);
  const { value, version } = get(registers, path) ?? { value: null, version: 0 };

  if (operation.kind === 'read') {
    return [registers, { kind: 'value', value, version }];
  }
  if (operation.kind === 'compare-and-set' && operation.expected !== value) {
    return [registers, { kind: 'mismatch', value, version }];
  }
  const written: Register = { key, value: operation.value, version: version + 1 };
  return [set(registers, path, written), { kind: 'written', version: written.version }];
}
