import type { Ports } from '@qflow/ports';

/**
 * What comes into a node goes through its gate. While it is shut, nothing comes in and no message leaves: the node
 * stands still as if its process were stopped, and only what it had sent before still drains to the sockets.
 */
export interface Gate {
  readonly isShut: boolean;
  shut(): void;
  /** Lets in what was held, in order. */
  open(): void;
  /** Does it now, or when the gate opens. */
  pass(action: () => void): void;
}

export function createGate(): Gate {
  let isShut = false;
  let held: (() => void)[] = [];

  return {
    get isShut() {
      return isShut;
    },
    shut() {
      isShut = true;
    },
    open() {
      isShut = false;
      while (!isShut && held.length > 0) {
        const [first, ...rest] = held;
        held = rest;
        first!();
      }
    },
    pass(action) {
      if (isShut) {
        held.push(action);
      } else {
        action();
      }
    },
  };
}

/** The same ports behind the gate: messages, link changes and timers wait; sends are dropped, as the network may do. */
export function gated(ports: Ports, gate: Gate): Ports {
  const { clock, network } = ports;
  return {
    ...ports,

    clock: {
      monotonicMs: () => clock.monotonicMs(),
      calendarMs: () => clock.calendarMs(),
      after(delayMs, action) {
        let cancelled = false;
        const timer = clock.after(delayMs, () => gate.pass(() => cancelled || action()));
        return {
          cancel() {
            cancelled = true;
            timer.cancel();
          },
        };
      },
    },

    network: {
      send(to, message) {
        if (!gate.isShut) {
          network.send(to, message);
        }
      },
      connected: () => network.connected(),
      listen: (listener) =>
        network.listen({
          onMessage: (from, message) => gate.pass(() => listener.onMessage(from, message)),
          onConnected: (peer) => gate.pass(() => listener.onConnected(peer)),
          onDisconnected: (peer) => gate.pass(() => listener.onDisconnected(peer)),
        }),
      close: () => network.close(),
    },
  };
}
