import { providerErrors } from '@signet/provider';
import type { Plugin } from '../plugin/plugin.ts';
import type { EncryptResponse } from '../protocol/messages.ts';
import type { ManualClock } from './manual-clock.ts';

/** Calls as the API server makes them, with a seed of its own size. */

const signal: AbortSignal = new AbortController().signal;
export const seed: Buffer = Buffer.alloc(32, 5);

/** What a backend says that is away; the address must reach nobody. */
export function unavailable(): never {
  throw providerErrors.UNAVAILABLE({ because: 'https://10.0.0.1 is away' });
}

export async function encrypt(plugin: Plugin, plaintext: Uint8Array = seed): Promise<EncryptResponse> {
  return plugin.encrypt({ plaintext, uid: 'u' }, signal);
}

export async function decrypt(plugin: Plugin, from: EncryptResponse, within: AbortSignal = signal): Promise<Buffer> {
  return Buffer.from((await plugin.decrypt({ ...from, uid: 'u' }, within)).plaintext);
}

/** `OK`, or the code of the error. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'OK',
    (error: unknown) => (error as { code: string }).code,
  );
}

/** Lets the work wait out its retries. */
export async function patiently<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  await clock.forward(3000);
  return work;
}
