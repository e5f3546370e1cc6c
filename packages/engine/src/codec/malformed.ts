/** Bytes or a value that break their format. Says where, in the format's own names: `operation.key`, `votes[3].voter`. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  /** The offending field; empty for the whole. */
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(path === '' ? problem : `${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/** The same complaint, seen from one level further out. Anything but a `Malformed` passes as it is. */
export function within(step: string, thrown: unknown): unknown {
  if (!(thrown instanceof Malformed)) {
    return thrown;
  }
  const joint = thrown.path === '' || thrown.path.startsWith('[') ? '' : '.';
  return new Malformed(`${step}${joint}${thrown.path}`, thrown.problem);
}
