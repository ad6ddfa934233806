/** JSON as it comes off the wire. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const jwt = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const versionInProse = /(resource ?version[^0-9"]{0,40}"?)\b[1-9]\d*\b("?)( \(\d+\))?/gi;
const oneDayMs = 86_400_000;

/**
 * Makes two servers' answers comparable: what is different by nature (identifiers, versions, times, random names, tokens) becomes a
 * mark, and what was equal before is equal afterwards. The same uid is the same `<uid 1>` everywhere in one run; so are the
 * resourceVersions of objects, by the order in which they were seen. Times of the test's own choosing are kept.
 */
export class Normalizer {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #now: number;

  constructor(now: number = Date.now()) {
    this.#now = now;
  }

  /** The comparable form of an answer's body, a watch event, or anything inside one. */
  normalize(value: Json): Json {
    this.#learnNames(value);
    return this.#value(value, '');
  }

  #learnNames(value: Json): void {
    if (value === null || typeof value !== 'object') return;
    for (const item of Object.values(value)) this.#learnNames(item);
    const { name, generateName } = value as { name?: Json; generateName?: Json };
    if (typeof name === 'string' && typeof generateName === 'string' && name.startsWith(generateName)) {
      if (!this.#names.has(name))
        this.#names.set(name, `${generateName}<${name.length - generateName.length} random ${this.#names.size + 1}>`);
    }
  }

  #value(value: Json, key: string): Json {
    if (typeof value === 'string') return this.#text(value, key);
    if (Array.isArray(value)) return this.#list(value as readonly Json[], key);
    if (value !== null && typeof value === 'object') return this.#object(value as { readonly [key: string]: Json });
    return value;
  }

  #object(value: { readonly [key: string]: Json }): Json {
    const isList = typeof value['kind'] === 'string' && (value['kind'].endsWith('List') || value['kind'] === 'Table');
    if (value['type'] === 'BOOKMARK') return this.#bookmark(value);
    const result: Record<string, Json> = {};
    // In the order of the keys, so that marks are numbered alike whatever order a server writes in.
    for (const key of Object.keys(value).sort()) {
      // A hint for storage migration that appears some time after a definition was made.
      if (key === 'storageVersionHash') continue;
      const item = value[key] as Json;
      result[this.#text(key, '')] = isList && key === 'metadata' ? this.#listMetadata(item) : this.#value(item, key);
    }
    return result;
  }

  /** The version of a bookmark is the version of the store, too. */
  #bookmark({ type, object }: { readonly [key: string]: Json }): Json {
    const { metadata, ...rest } = object as { readonly [key: string]: Json };
    return { type: type as Json, object: { ...rest, metadata: this.#listMetadata(metadata as Json) } };
  }

  /** The version of a list is the version of the whole store: other cases write at the same time. */
  #listMetadata(value: Json): Json {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const result: Record<string, Json> = { ...(value as { readonly [key: string]: Json }) };
    if (result['resourceVersion']) result['resourceVersion'] = '<list version>';
    if (result['continue']) result['continue'] = '<continue>';
    return result;
  }

  #list(value: readonly Json[], key: string): Json {
    const items = value.map((item) =>
      key === 'cells' && typeof item === 'string' && /^\d+s$/.test(item) ? '<age>' : this.#value(item, ''),
    );
    // Entries are ordered by their time in seconds, and where a second ends is chance.
    if (key === 'managedFields') return items.sort((a, b) => (entryOrder(a) < entryOrder(b) ? -1 : 1));
    // Causes come as often as a thing was checked, and those of an apply in the order of a Go map. The message has them once, in order.
    return key === 'causes'
      ? [...new Set(items.map((item) => JSON.stringify(item)))].sort().map((item) => JSON.parse(item) as Json)
      : items;
  }

  #text(value: string, key: string): string {
    if (key === 'continue' && value !== '') return '<continue>';
    if (key === 'resourceVersion' && value !== '') return remember(this.#versions, value, 'version');
    if (time.test(value) && Math.abs(Date.parse(value) - this.#now) < oneDayMs)
      return value.includes('.') ? '<time with fraction>' : '<time>';
    if (jwt.test(value)) return '<token>';
    let text = value.replaceAll(uuid, (found) => remember(this.#uids, found, 'uid')).replaceAll(versionInProse, '$1<version>$2');
    for (const [name, mark] of this.#names) text = text.replaceAll(name, mark);
    return text;
  }
}

function entryOrder(entry: Json): string {
  const { operation, manager, apiVersion, subresource } = entry as Record<string, Json>;
  return JSON.stringify([operation, manager, apiVersion, subresource]);
}

function remember(known: Map<string, string>, value: string, what: string): string {
  const mark = known.get(value) ?? `<${what} ${known.size + 1}>`;
  known.set(value, mark);
  return mark;
}
