import type { Log, Ports, Storage } from '@qflow/ports';

/** A node that can be stopped in the middle of a turn, as SIGSTOP does, where its code cannot be. */
export interface Stoppable {
  readonly ports: Ports;
  /** From here on nothing that the node does has any effect. */
  stop(): void;
  /** Lets what it did since take effect, in order. */
  goOn(): void;
  /** Does it now, or when the node goes on. */
  act(action: () => void): void;
}

/**
 * The turn in which a node stops runs on to its end, but what it sends, writes and says is held until the node goes on.
 * When it is crashed instead, all of that never happened. New events do not reach it: the world pauses it as well.
 */
export function stoppable(ports: Ports): Stoppable {
  let held: (() => void)[] | null = null;

  function act(action: () => void): void {
    if (held === null) {
      action();
    } else {
      held.push(action);
    }
  }

  const { network, storage, trace } = ports;
  return {
    ports: {
      ...ports,
      network: { ...network, send: (to, message) => act(() => network.send(to, message)) },
      storage: heldStorage(storage, act),
      trace: { emit: (event, value) => act(() => trace.emit(event, value)) },
    },
    stop() {
      held ??= [];
    },
    goOn() {
      const actions = held ?? [];
      held = null;
      for (const [place, action] of actions.entries()) {
        action();
        // It may be stopped again at once: by what it says.
        if (held !== null) {
          (held as (() => void)[]).push(...actions.slice(place + 1));
          return;
        }
      }
    },
    act,
  };
}

function heldStorage(storage: Storage, act: (action: () => void) => void): Storage {
  return {
    openLog(name): Log {
      const log = storage.openLog(name);
      return {
        existed: log.existed,
        records: () => log.records(),
        append: (record) => act(() => log.append(record)),
        sync: () => act(() => log.sync()),
        replace: (records) => act(() => log.replace(records)),
        close: () => act(() => log.close()),
      };
    },
  };
}
