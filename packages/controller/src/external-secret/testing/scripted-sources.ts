import { Buffer } from 'node:buffer';
import type { GeneratorRef, StoreRef } from '@signet/api';
import { providerErrors } from '@signet/provider';
import type { Fetched, FindQuery, RemoteRef } from '@signet/provider';
import { jsonDocument } from '@signet/provider/json';
import type { Demand, OpenedStore, Sources } from '../../secret-store/store-access.ts';

/** What a store of the script has: a value, or the error that asking for it gives. An object is stored as JSON. */
export type Stored = string | Uint8Array | object | Error;

/** One store of the script. */
export interface ScriptedStore {
  readonly values?: Readonly<Record<string, Stored>>;
  /** What opening it gives instead of a store. */
  readonly opening?: Error;
  /** What every call gives instead of values. */
  readonly calls?: Error;
}

/** Stores and generators of which a test says what they have. It counts what they are asked. */
export class ScriptedSources implements Sources {
  /** The references of each call of `fetch`, under the name of the store. */
  readonly fetches: { readonly store: string; readonly refs: readonly RemoteRef[]; readonly demand: Demand }[] = [];
  readonly finds: FindQuery[] = [];
  /** Stores and generators in the order in which they were asked for, with the namespace. */
  readonly opened: string[] = [];
  readonly #stores: Readonly<Record<string, ScriptedStore>>;
  readonly #generators: Readonly<Record<string, Error | { values: Readonly<Record<string, string>>; expiresAt?: number }>>;

  constructor(
    stores: Readonly<Record<string, ScriptedStore>>,
    generators: Readonly<Record<string, Error | { values: Readonly<Record<string, string>>; expiresAt?: number }>> = {},
  ) {
    this.#stores = stores;
    this.#generators = generators;
  }

  async store({ kind, name }: StoreRef, namespace: string): Promise<OpenedStore> {
    this.opened.push(`${kind} ${name} for ${namespace}`);
    const { values = {}, opening, calls } = this.#stores[name] ?? {};
    if (opening) throw opening;
    return {
      title: `${kind} "${name}"`,
      fetch: async (refs, demand) => {
        this.fetches.push({ store: name, refs, demand });
        if (calls) throw calls;
        return refs.map((ref) => answer(ref, values));
      },
      find: async (query) => {
        this.finds.push(query);
        if (calls) throw calls;
        const { path = '' } = query;
        return new Map(Object.keys(values).flatMap((key) => (key.startsWith(path) ? [[key, bytesOf(values[key] ?? '')]] : [])));
      },
    };
  }

  async generate({ name }: GeneratorRef, namespace: string) {
    this.opened.push(`generator ${name} for ${namespace}`);
    const generator = this.#generators[name];
    if (!generator || generator instanceof Error) throw generator ?? new Error('no such generator');
    const values = new Map(Object.entries(generator.values).map(([key, value]) => [key, bytesOf(value)]));
    return { values, expiresAt: generator.expiresAt };
  }
}

/** A version is part of the name here: `db@2`. Metadata too: `db#metadata`. */
function answer({ key, version, metadata }: RemoteRef, values: Readonly<Record<string, Stored>>): Fetched {
  const name = `${key}${version === undefined ? '' : `@${version}`}${metadata ? '#metadata' : ''}`;
  const stored = values[name];
  if (stored === undefined) return providerErrors.NOT_FOUND({ key });
  return stored instanceof Error ? stored : jsonDocument(bytesOf(stored), { key, objects: 'raw' });
}

function bytesOf(stored: Exclude<Stored, Error>): Uint8Array {
  if (stored instanceof Uint8Array) return stored;
  return Buffer.from(typeof stored === 'string' ? stored : JSON.stringify(stored));
}
