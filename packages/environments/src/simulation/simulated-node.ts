import {
  type ArmedStop,
  type ClusterNode,
  ConnectionLost,
  type InProcessNode,
  type PreparedTarget,
  type ProcessIdentity,
  type ProcessState,
} from '@qflow/chaos';
import type { Json } from '@qflow/ports';
import type { Traced, World } from '@qflow/simulation';
import { NodeDidNotStart, NodeIsUp } from '../host/refusals.ts';
import { type Stoppable, stoppable } from './standing-still.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One node of a simulated cluster, in as many lives as it is started. */
export interface SimulatedNode {
  readonly node: ClusterNode;
  identity(): ProcessIdentity;
  state(): ProcessState;
  armed(): ArmedStop | null;
  /** The target's node, while it runs and is not paused. */
  awake(): InProcessNode | null;

  /** @throws NodeDidNotStart, NodeIsUp */
  start(): void;
  /** Loses what was not synced: the machine under a simulated node loses its power with it. */
  crash(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  arm(stop: ArmedStop | null): void;
  /** True when the node is to stop at this event. */
  stopsAt(traced: Traced): boolean;

  ask(question: unknown): Promise<unknown>;
}

interface Life {
  readonly stoppable: Stoppable;
  readonly inner: InProcessNode;
}

/** From a client to a node, and back: within one machine. */
const wireMs = 0.1;

export function simulatedNode(
  node: ClusterNode,
  world: World,
  prepared: PreparedTarget,
  clock: Pick<VirtualClock, 'settled'>,
): SimulatedNode {
  const { index, name } = node;
  let lives = 0;
  let life: Life | null = null;
  let state: ProcessState = 'gone';
  let armed: { readonly stop: ArmedStop; left: number } | null = null;
  const asking = new Set<() => void>();

  function end(): void {
    world.crash(index);
    life = null;
    state = 'gone';
    armed = null;
    for (const lose of asking) {
      lose();
    }
  }

  return {
    node,
    identity: () => ({ pid: lives * world.size + index + 1, startTime: `${lives}`, bootId: 'simulation' }),
    state: () => state,
    armed: () => armed?.stop ?? null,
    awake: () => (state === 'running' ? (life?.inner ?? null) : null),

    start() {
      if (state !== 'gone') {
        throw new NodeIsUp(node, state);
      }
      const inProcess = prepared.inProcess;
      if (inProcess === undefined) {
        throw new NodeDidNotStart(node, 'its target cannot run in process');
      }
      const ports = lives === 0 ? world.node(index) : world.restart(index);
      lives += 1;
      // It may stop itself while it starts, so its state comes first.
      state = 'running';
      const held = stoppable(ports);
      try {
        life = { stoppable: held, inner: inProcess(index, held.ports) };
      } catch (error) {
        end();
        throw new NodeDidNotStart(node, (error as Error).message);
      }
    },

    crash: end,
    terminate() {
      life?.inner.stop();
      end();
    },

    pause() {
      state = 'paused';
      world.pause(index);
    },
    resume() {
      state = 'running';
      world.resume(index);
      life?.stoppable.goOn();
    },

    arm(stop) {
      armed = stop === null ? null : { stop, left: stop.nth };
    },

    stopsAt({ event, value }) {
      if (armed === null || armed.stop.event !== event || !has(value, armed.stop.where ?? {})) {
        return false;
      }
      armed.left -= 1;
      if (armed.left > 0) {
        return false;
      }
      armed = null;
      this.pause();
      life?.stoppable.stop();
      return true;
    },

    ask(question) {
      return new Promise((resolve, reject) => {
        let isDelivered = false;
        const present = life;
        const settle = (action: () => void): void => {
          asking.delete(lose);
          world.clock.after(wireMs, () => {
            clock.settled();
            action();
          });
        };
        const lose = (): void => settle(() => reject(new ConnectionLost(name, isDelivered)));
        if (present === null) {
          lose();
          return;
        }
        asking.add(lose);
        // On the node's own clock, so that it waits while the node is paused and is lost when it dies.
        present.stoppable.ports.clock.after(wireMs, () => {
          isDelivered = true;
          present.inner.ask(question, (answer) => {
            present.stoppable.act(() => {
              if (asking.has(lose)) {
                settle(() => resolve(answer));
              }
            });
          });
        });
      });
    },
  };
}

const has = (value: Json, where: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(where).every(
    ([field, wanted]) => (value as Readonly<Record<string, unknown>> | null)?.[field] === wanted,
  );
