import { expect, test } from 'vitest';
import type { EndingSignal } from '../io.ts';
import { listen } from './interruption.ts';

test('the first signal aborts, later ones change nothing and say so', () => {
  const said: string[] = [];
  let send: (signal: EndingSignal) => void = () => undefined;
  const onSignal = (heard: (signal: EndingSignal) => void) => {
    send = heard;
    return () => undefined;
  };
  const interruption = listen({ onSignal }, (line) => said.push(line));

  send('SIGTERM');
  send('SIGINT');

  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.signal.reason).toMatchObject({ name: 'Interrupted', signal: 'SIGTERM' });
  expect(said).toEqual([
    'SIGTERM: stopping, and healing first.',
    'SIGINT: still healing; what was harmed is not left so.',
  ]);
});
