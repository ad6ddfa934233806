import { bindingBytes, providerErrors } from '@signet/provider';
import type { Decrypted, KeyBinding, KeyEncryption, KeyVersion } from '@signet/provider';

type Call = 'describe' | 'encrypt' | 'decrypt';

/** A backend that does what a test says. It "encrypts" by writing down: who reads its ciphertext reads everything. */
export class ScriptedKey implements KeyEncryption {
  /** What `describe` tells. */
  version: KeyVersion = { identity: 'scripted', lineage: 'a', version: 'v1', ordinal: 1, state: 'enabled' };
  /** Versions that decrypt. */
  readonly known: Set<string> = new Set(['v1']);
  /** Calls that came so far. */
  readonly calls: Record<Call, number> = { describe: 0, encrypt: 0, decrypt: 0 };
  /** Calls whose signal was aborted while they were under way. */
  aborted = 0;
  isClosed = false;
  /** Called at the start of each call; throws, waits, or does nothing. */
  script: (call: Call, signal: AbortSignal) => Promise<void> | void = () => undefined;
  /** What encrypts whatever is asked for, as with a backend that cannot be told. */
  reallyUses: string | undefined;
  #count = 0;

  /** One more version, which encrypts from now on. */
  rotate(): void {
    const ordinal = this.version.ordinal + 1;
    this.version = { ...this.version, version: `v${ordinal}`, ordinal };
    this.known.add(this.version.version);
  }

  async describe(signal: AbortSignal): Promise<KeyVersion> {
    await this.#call('describe', signal);
    return this.version;
  }

  async encrypt(
    plaintext: Uint8Array,
    version: string,
    binding: KeyBinding,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    await this.#call('encrypt', signal);
    this.#count += 1;
    const written = { by: this.reallyUses ?? version, for: hex(bindingBytes(binding)), count: this.#count, text: hex(plaintext) };
    return Buffer.from(JSON.stringify(written));
  }

  async decrypt(ciphertext: Uint8Array, version: string, binding: KeyBinding, signal: AbortSignal): Promise<Decrypted> {
    await this.#call('decrypt', signal);
    if (!this.known.has(version)) throw providerErrors.NOT_FOUND({ key: version });
    const read = parse(ciphertext);
    if (!read || read.for !== hex(bindingBytes(binding))) throw providerErrors.BAD_CIPHERTEXT({ key: version });
    return { plaintext: Buffer.from(read.text, 'hex'), version: read.by };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  async #call(call: Call, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls[call] += 1;
    const onAbort = (): void => void (this.aborted += 1);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await this.script(call, signal);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function parse(ciphertext: Uint8Array): { readonly by: string; readonly for: string; readonly text: string } | undefined {
  try {
    return JSON.parse(Buffer.from(ciphertext).toString()) as { by: string; for: string; text: string };
  } catch {
    return undefined;
  }
}

/** Comes to no end until it is aborted. */
export async function forever(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return promise;
}
