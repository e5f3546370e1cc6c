/** A history that cannot be judged because it contradicts itself or cannot be read. Never a verdict on the system. */
export class MalformedHistory extends Error {
  /** Line of the text, counted from 1; of a history in memory, the position of the event counted from 1. */
  readonly line: number;
  readonly problem: string;

  constructor(line: number, problem: string) {
    super(`line ${line}: ${problem}`);
    this.name = 'MalformedHistory';
    this.line = line;
    this.problem = problem;
  }
}
