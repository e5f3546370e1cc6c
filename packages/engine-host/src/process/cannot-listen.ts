import type { Address } from '../configuration/configuration.ts';

const meanings: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another process',
  EADDRNOTAVAIL: 'is no address of this machine',
  EACCES: 'may not be used by this user',
};

/** A port of the configuration cannot be had. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly code: string;

  constructor(part: 'p2p' | 'api', { host, port }: Address, code: string) {
    super(`${part}.port: ${host}:${port} ${meanings[code] ?? `cannot be listened on: ${code}`}`);
    this.code = code;
  }
}

/** Does it, and says of which part of the configuration the address cannot be had. */
export async function listeningFor<Value>(
  part: 'p2p' | 'api',
  address: Address,
  listen: () => Promise<Value>,
): Promise<Value> {
  try {
    return await listen();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code?.startsWith('E') ? new CannotListen(part, address, code) : error;
  }
}
