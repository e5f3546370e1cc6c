/** What has to be closed, the last first. Everything is tried, whatever fails. */
export interface Closing {
  add(what: string, close: () => Promise<unknown>): void;
  /** Adds what is being opened: it is closed as soon as it is there, also when nobody waits for it any more. */
  hold<Opened>(what: string, opening: Promise<Opened>, close: (opened: Opened) => Promise<unknown>): Promise<Opened>;
  /** Idempotent. @throws AggregateError naming all that failed */
  now(): Promise<void>;
}

export function createClosing(): Closing {
  const entries: { readonly what: string; readonly close: () => Promise<unknown> }[] = [];
  let closed: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    const failures: Error[] = [];
    for (const { what, close } of entries.reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(new Error(`${what}: ${(error as Error).message}`, { cause: error }));
      }
    }
    if (failures.length > 0) {
      throw new AggregateError(failures, `Not all was closed: ${failures.map(({ message }) => message).join('; ')}`);
    }
  }

  return {
    add(what, close) {
      entries.push({ what, close });
    },
    hold(what, opening, close) {
      entries.push({
        what,
        close: async () => {
          const opened = await opening.catch(() => null);
          // What failed to open has nothing to close; whoever waits for it hears why.
          if (opened !== null) {
            await close(opened);
          }
        },
      });
      return opening;
    },
    now() {
      closed ??= closeAll();
      return closed;
    },
  };
}
