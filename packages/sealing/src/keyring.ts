import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64, toBase64 } from './base64.ts';
import { labelOf } from './binding.ts';
import type { Binding } from './binding.ts';
import type { SealingCertificate } from './certificate.ts';
import { sealingErrors } from './errors.ts';
import { splitItem } from './format.ts';
import type { SealedItem } from './format.ts';
import { openWith } from './open.ts';
import type { Opened } from './open.ts';
import type { OpeningKey } from './opening-key.ts';
import type { KeyId } from './rsa-public-key.ts';

/** One key pair of a keyring. */
export interface KeyringEntry {
  readonly key: OpeningKey;
  readonly certificate: SealingCertificate;
  /** What "newest" means: NotBefore of the certificate, or when the key was created. */
  readonly orderedAt: Date;
}

/** The key to try first, such as that of the item before. */
export interface TryFirst {
  readonly tryFirst: KeyId | undefined;
}

/**
 * The keys that open, newest first. It remembers which key opened which object, so that an object sealed for an old key
 * costs one private-key operation at its next visit, not one per newer key.
 */
export class Keyring {
  /** Private-key operations so far, failed ones included. For metrics and tests. */
  privateOperations = 0;
  readonly #maxHints: number;
  readonly #hints = new Map<string, KeyId>();
  #entries: readonly KeyringEntry[] = [];
  #generation = '';

  /** @param options.maxHints how many objects are remembered at most; the longest unused is forgotten first */
  constructor(entries: readonly KeyringEntry[], { maxHints = 50_000 }: { readonly maxHints?: number } = {}) {
    this.#maxHints = maxHints;
    this.update(entries);
  }

  /** Takes another set of keys. Openings under way finish with the keys they began with; what was remembered stays. */
  update(entries: readonly KeyringEntry[]): void {
    this.#entries = distinct(entries).toSorted((one, other) => other.orderedAt.getTime() - one.orderedAt.getTime());
    this.#generation = generationOf(this.#entries);
  }

  /** Names the set of keys: the same set has the same generation, whatever its order, also after a restart. */
  get generation(): string {
    return this.#generation;
  }

  /** All keys, newest first. Of two of the same age the one given first comes first. */
  get entries(): readonly KeyringEntry[] {
    return this.#entries;
  }

  /** The key to seal with. */
  get newest(): KeyringEntry | undefined {
    return this.#entries[0];
  }

  /**
   * Opens one sealed item.
   *
   * @param sealed base64 text
   * @param hint identity of the object it belongs to, `namespace/name`: its last key is tried first, and this one remembered. Or
   * the key to try first, with nothing to remember
   * @throws SIGNET_SEAL_BASE64 when the text is not base64; SIGNET_SEAL_CANNOT_OPEN in every other case, without saying why
   */
  async open(sealed: string, binding: Binding, hint?: string | TryFirst): Promise<Opened> {
    const bytes = fromBase64(sealed);
    const item = tryToSplit(bytes);
    const opened = item && (await this.#tryAll(item, labelOf(binding), hint));
    if (!opened) throw sealingErrors.CANNOT_OPEN({});
    if (typeof hint === 'string') this.#remember(hint, opened.keyId);
    return opened;
  }

  async #tryAll(item: SealedItem, label: Uint8Array, hint: string | TryFirst | undefined): Promise<Opened | undefined> {
    for (const { key } of this.#inOrder(hint)) {
      this.privateOperations++;
      const opened = await openWith(key, item, label);
      if (opened) return opened;
    }
    return undefined;
  }

  #inOrder(hint: string | TryFirst | undefined): readonly KeyringEntry[] {
    const wanted = typeof hint === 'string' ? this.#hints.get(hint) : hint?.tryFirst;
    const first = this.#entries.find(({ key }) => key.id === wanted);
    return first ? [first, ...this.#entries.filter((entry) => entry !== first)] : this.#entries;
  }

  #remember(hint: string, id: KeyId): void {
    this.#hints.delete(hint);
    this.#hints.set(hint, id);
    if (this.#hints.size <= this.#maxHints) return;
    for (const oldest of this.#hints.keys()) {
      this.#hints.delete(oldest);
      return;
    }
  }
}

function tryToSplit(bytes: Uint8Array): SealedItem | undefined {
  try {
    return splitItem(bytes);
  } catch {
    return undefined;
  }
}

/** The first entry of each key id. */
function distinct(entries: readonly KeyringEntry[]): KeyringEntry[] {
  const ids = new Set<KeyId>();
  return entries.filter(({ key }) => !ids.has(key.id) && ids.add(key.id));
}

function generationOf(entries: readonly KeyringEntry[]): string {
  const ids = entries.map(({ key }) => key.id).toSorted();
  const hash = sha256(new TextEncoder().encode(ids.join('\n')));
  return toBase64(hash.subarray(0, 12)).replaceAll('+', '-').replaceAll('/', '_');
}
