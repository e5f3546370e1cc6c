import type { Digest } from '@qflow/ports';
import type { Application } from '../application.ts';
import { hex } from '../digest.ts';

/** How many requests there were, each counted once. */
export interface Count {
  readonly total: number;
  readonly seen: ReadonlySet<string>;
}

/** The smallest application that notices a request lost, repeated, or executed on the wrong state. */
export function countingApplication(hash: (bytes: Uint8Array) => Digest): Application<Count> {
  return {
    genesis: () => ({ total: 0, seen: new Set() }),
    admits: (state, _view, request) => request.length > 0 && !state.seen.has(hex(request)),
    execute(state, { height }, requests) {
      const seen = new Set(state.seen);
      for (const request of requests) {
        seen.add(hex(request));
      }
      const total = seen.size;
      const root = hash(Uint8Array.of(height & 0xff, height >> 8, total & 0xff, (total >> 8) & 0xff));
      return { state: { total, seen }, stateRoot: root, resultsRoot: hash(Uint8Array.of(requests.length & 0xff)) };
    },
  };
}
