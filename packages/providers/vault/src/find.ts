import type { FindQuery } from '@signet/provider';
import { providerErrors, troubleOf } from '@signet/provider';
import { RE2JS } from 're2js';
import type { Reader } from './reader.ts';

/** How a search goes: `tree` as `vault` stores do it, `level` as `openBao` stores do. */
export type Search = 'tree' | 'level';

const atOnce = 8;
const mostNames = 50_000;
const deepest = 32;

/**
 * Finds secrets below `path`. In a `tree`, all places below are visited, and names are whole paths, as the user would write them. In a `level`,
 * only secrets right there count, and names are just names.
 *
 * @throws NOT_FOUND when a tree's path is not there; INVALID_CONFIG for a pattern that is none and for more than 50,000 names
 */
export async function find(
  reader: Reader,
  query: FindQuery,
  search: Search,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pattern = query.name === undefined ? undefined : compiled(query.name);
  const place = query.path?.replace(/\/+$/, '') ?? '';
  const prefix = place === '' ? '' : `${place}/`;
  const names = search === 'tree' ? await tree(reader, place, signal) : await level(reader, place, signal);
  const wanted = names.filter((name) => pattern === undefined || pattern.matcher(name).find());
  const found = await concurrently(wanted, async (name): Promise<readonly [string, Uint8Array] | undefined> => {
    const key = search === 'tree' ? name : `${prefix}${name}`;
    if (query.tags && !(await isTagged(reader, key, query.tags, signal))) return undefined;
    const document = await reader.read({ key }, signal);
    if (!(document instanceof Error)) return [name, document.value(undefined)];
    // It was deleted, perhaps just now.
    if (troubleOf(document) === 'missing') return undefined;
    throw document;
  });
  return new Map(found.filter((entry) => entry !== undefined));
}

async function isTagged(
  reader: Reader,
  key: string,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  const metadata = await reader.read({ key, metadata: true }, signal);
  if (metadata instanceof Error) {
    if (troubleOf(metadata) === 'missing') return false;
    throw metadata;
  }
  const values = metadata.values(undefined);
  return Object.entries(tags).every(([name, value]) => {
    const bytes = values.get(name);
    return bytes !== undefined && Buffer.from(bytes).toString('utf8') === value;
  });
}

/** Names of all secrets below a place, as whole paths. */
async function tree(reader: Reader, root: string, signal: AbortSignal): Promise<readonly string[]> {
  const names: string[] = [];
  let places: readonly string[] = [root];
  for (let depth = 0; places.length > 0; depth++) {
    if (depth > deepest) throw tooMuch(`more than ${deepest} levels`);
    const next: string[] = [];
    await concurrently(places, async (place) => {
      const listed = await reader.list(place, signal);
      if (!listed && depth === 0) throw providerErrors.NOT_FOUND({ key: root === '' ? 'the whole store' : root });
      for (const name of listed ?? []) {
        const path = place === '' ? name : `${place}/${name}`;
        if (name.endsWith('/')) next.push(path.slice(0, -1));
        else names.push(path);
      }
      if (names.length + next.length > mostNames) throw tooMuch(`more than ${mostNames} names`);
    });
    places = next;
  }
  return names.toSorted();
}

/** Names of the secrets at a place. */
async function level(reader: Reader, place: string, signal: AbortSignal): Promise<readonly string[]> {
  const listed = (await reader.list(place, signal)) ?? [];
  if (listed.length > mostNames) throw tooMuch(`more than ${mostNames} names`);
  return listed.filter((name) => !name.endsWith('/'));
}

function tooMuch(what: string): Error {
  return providerErrors.INVALID_CONFIG({ field: 'find.path', because: `${what} are below it; name a smaller place` });
}

function compiled(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch {
    throw providerErrors.INVALID_CONFIG({ field: 'find.name.regexp', because: 'it is no regular expression of RE2' });
  }
}

/** Results in order, a few at a time; the first failure ends it. */
async function concurrently<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await act(items[index] as T);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
