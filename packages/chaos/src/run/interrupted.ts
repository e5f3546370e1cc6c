/** The user ended the run. Reason of the abort signal that a suite is given. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`the run was ended by ${signal}`);
    this.signal = signal;
  }
}
