import type { History, Json, OperationEvent } from '../src/history/history.ts';

const LINE =
  /^INFO\s+jepsen\.util - (\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(\[\d+ \d+\]|\d+|nil|:timed-out)/;

/**
 * One of the logs that Jepsen wrote of etcd, as Porcupine and Knossos are tested with. What a client that timed out says
 * later does not exist; a failed swap found another value; a write that timed out may have happened.
 */
export function etcdHistory(log: string): History {
  const events: OperationEvent[] = [];
  const asked = new Map<number, Json>();
  // A client of these logs goes on under its old number: it is given a new one.
  const numberOf = new Map<number, number>();
  let fresh = 1000;
  for (const line of log.split('\n')) {
    const [, name, type, f, text] = LINE.exec(line) ?? [];
    if (name === undefined || text === undefined) continue;
    const client = Number(name);
    const process = numberOf.get(client) ?? client;
    const value: Json = text === 'nil' || text === ':timed-out' ? null : (JSON.parse(text.replace(' ', ',')) as Json);
    // A read that failed tells nothing; one of nil is an answer here.
    if (type === 'invoke') asked.set(process, value);
    const told = text === ':timed-out' ? (asked.get(process) ?? null) : value;
    const index = events.length;
    events.push({ index, process, type: type as OperationEvent['type'], f: f!, value: told, time: index });
    if (type === 'info') {
      numberOf.set(client, fresh);
      fresh += 1;
    }
  }
  return { events };
}
