import { describe, test } from 'vitest';

/** One promise of a port, held against an implementation. A plain value, so that a broken one can be shown to fail it. */
export interface Check<Subject> {
  /** What the implementation does, as a sentence without its subject. */
  readonly name: string;
  /** @throws when the promise is broken */
  readonly run: (subject: Subject) => void | Promise<void>;
}

/** Something to check that holds on to the world, such as sockets and files. */
export interface Closable {
  /** Called after each check. */
  close?(): void | Promise<void>;
}

/** Runs every check as a test of its own, each on a subject of its own. */
export function compliance<Subject extends Closable>(
  name: string,
  checks: readonly Check<Subject>[],
  make: () => Subject | Promise<Subject>,
): void {
  describe(name, () => {
    for (const check of checks) {
      test(check.name, async () => {
        await runOn(check, make);
      });
    }
  });
}

/** Runs one check on a fresh subject. @throws when the promise is broken */
export async function runOn<Subject extends Closable>(
  check: Check<Subject>,
  make: () => Subject | Promise<Subject>,
): Promise<void> {
  const subject = await make();
  try {
    await check.run(subject);
  } finally {
    await subject.close?.();
  }
}

/** Lets time pass until the condition holds. Rejects when it surely will not, or not within the subject's patience. */
export type Until = (condition: () => boolean) => Promise<void>;

/** Compared by hand: a matcher's own comparison takes seconds over large arrays. */
export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index]);
