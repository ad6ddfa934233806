import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyedDigest } from './rendered-once.ts';

/**
 * A digest of what is secret that tells nothing to those without the key: HMAC-SHA256, 22 characters of base64url.
 *
 * @param secret known to all replicas of the controller and to nobody else, and the same after a restart: at least 32 bytes. With another one every
 *   value that depends on chance and on what is fetched is rendered anew once
 */
export function keyedDigest(secret: Uint8Array): KeyedDigest {
  const key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), 'signet.dev/rendered-once', 32));
  return (of) => createHmac('sha256', key).update(of).digest().subarray(0, 16).toString('base64url');
}
