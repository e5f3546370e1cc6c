import type { z } from 'zod';

/** One thing that is wrong with something from outside, and where: `peers[2].port`, or an empty path for the whole. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** What a zod error says, one problem for each field. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not known here' }));
    }
    return [{ path: pathOf(issue.path), message: messageOf(issue) }];
  });
}

function pathOf(parts: readonly PropertyKey[]): string {
  return parts
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : issue.message.replace('Invalid input: ', 'is wrong: ');
    case 'too_big':
      return `must be at most ${issue.maximum}${counted(issue.origin)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${counted(issue.origin)}`;
    default:
      return issue.message;
  }
}

function counted(origin: string): string {
  return { string: ' characters long', array: ' entries long' }[origin] ?? '';
}
