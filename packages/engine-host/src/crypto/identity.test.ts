import { expect, test } from 'vitest';
import { peerIdOfSeed } from './identity.ts';

test('gives the peer id that libp2p gives to the same seed', () => {
  // From @libp2p/crypto 5.1.23 and @libp2p/peer-id 6.0.15: peerIdFromPrivateKey(generateKeyPairFromSeed('Ed25519', seed)).
  expect(peerIdOfSeed(new Uint8Array(32).fill(1))).toBe('12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5');
  expect(peerIdOfSeed(new Uint8Array(32).fill(200))).toBe('12D3KooWL3hwtanTFomj8bT4KQEHukZW7QxNMqtopYFKae2cJ7Nr');
});
