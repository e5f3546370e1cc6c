import { createPrivateKey, createPublicKey } from 'node:crypto';

/** The fixed head of a PKCS #8 Ed25519 private key (RFC 8410); the 32 bytes of the seed follow. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Identity multihash of the public key's protobuf (libp2p's peer id specification); the 32 bytes of the key follow. */
const peerIdHead = Buffer.from('002408011220', 'hex');

/**
 * The libp2p peer id of the Ed25519 key with this seed of 32 bytes. Computed here, so that genesis and the configuration
 * need not load libp2p.
 */
export function peerIdOfSeed(seed: Uint8Array): string {
  return base58(Buffer.concat([peerIdHead, publicKeyOfSeed(seed)]));
}

/** The Ed25519 public key of this seed, 32 bytes. */
export function publicKeyOfSeed(seed: Uint8Array): Uint8Array {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  while (number > 0n) {
    text = alphabet[Number(number % 58n)]! + text;
    number /= 58n;
  }
  // Each leading zero byte is a leading "1".
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(zeros === -1 ? bytes.length : zeros) + text;
}
