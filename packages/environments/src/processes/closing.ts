/** What has to be closed, the last first. Everything is tried, whatever fails. */
export interface Closing {
  add(what: string, close: () => Promise<unknown>): void;
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
    now() {
      closed ??= closeAll();
      return closed;
    },
  };
}
