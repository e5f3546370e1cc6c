import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Link, openLink } from './link.ts';

let link: Link;
let server: Server;
let accepted: Promise<Socket>;
const open: Socket[] = [];

beforeEach(async () => {
  server = createServer({ allowHalfOpen: true });
  accepted = once(server, 'connection').then(([socket]) => keep(socket as Socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  link = await openLink();
  link.setUpstream({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of open.splice(0)) {
    socket.destroy();
  }
  await link.close();
  server.close();
});

function keep(socket: Socket): Socket {
  socket.on('error', () => undefined);
  open.push(socket);
  return socket;
}

/** All that a socket hears until its end; leaves the other direction open, which reading it as an iterator does not. */
async function allOf(socket: Socket): Promise<string> {
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text;
  });
  await once(socket, 'end');
  return heard;
}

const dial = (): Socket => keep(connect({ host: '127.0.0.1', port: link.port, allowHalfOpen: true }));

test('bytes go both ways unchanged, and are counted', async () => {
  const dialler = dial();
  dialler.write('question');
  const listener = await accepted;
  expect(`${(await once(listener, 'data'))[0]}`).toBe('question');
  listener.write('answer!');
  expect(`${(await once(dialler, 'data'))[0]}`).toBe('answer!');

  expect(link.counters()).toEqual({ connections: 1, forwardBytes: 8, backwardBytes: 7 });
});

test('one side may end while the other goes on', async () => {
  const dialler = dial();
  dialler.end('all I have to say');
  const listener = await accepted;
  expect(await allOf(listener)).toBe('all I have to say');

  listener.end('still here');
  expect(await allOf(dialler)).toBe('still here');
});

test('a reset by the listening node arrives as a reset', async () => {
  const dialler = dial();
  const listener = await accepted;
  const broken = once(dialler, 'error').catch((error) => error);
  listener.resetAndDestroy();

  expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('a reset by the dialling node arrives as a reset', async () => {
  const dialler = dial();
  await once(dialler, 'connect');
  const listener = await accepted;
  const broken = once(listener, 'error');
  dialler.resetAndDestroy();

  expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('a reader that stalls stops the writer, and nothing is lost when it goes on', async () => {
  const dialler = dial();
  const listener = await accepted;
  listener.pause();
  const chunk = Buffer.alloc(64 * 1024, 7);
  let written = 0;
  const sendUntilStalled = (): boolean => {
    while (dialler.writableLength < 4 * chunk.length) {
      dialler.write(chunk);
      written += chunk.length;
    }
    return written > 512 * 1024 * 1024;
  };
  // What the kernels and the proxy take without a reader is bounded: the counter comes to rest.
  let before = -1;
  while (link.counters().forwardBytes !== before) {
    before = link.counters().forwardBytes;
    expect(sendUntilStalled()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  dialler.end();

  let received = 0;
  for await (const bytes of listener) {
    received += (bytes as Buffer).length;
  }
  expect(received).toBe(written);
});

test.each([
  ['unknown', () => link.setUpstream(null)],
  ['dead', () => server.close()],
])('dialling a node that is %s is refused at once', async (_, prepare) => {
  accepted.catch(() => undefined);
  prepare();
  const dialler = dial();

  expect(await once(dialler, 'error').catch((error) => [error])).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('a node that was down is reached again at its new address', async () => {
  link.setUpstream(null);
  await once(dial(), 'error').catch(() => undefined);
  link.setUpstream({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  dial().write('again');

  expect(`${(await once(await accepted, 'data'))[0]}`).toBe('again');
});
