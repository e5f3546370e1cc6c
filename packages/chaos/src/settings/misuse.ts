/** The user asked for something that cannot be: one line that names what, where, and what is allowed. Exit code 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
  /** The flag, variable, file or argument at fault. */
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}
