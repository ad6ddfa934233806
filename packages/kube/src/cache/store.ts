import type { KubeObject } from '../client/index.ts';
import type { ObjectKey } from './object-key.ts';
import { keyText, parseKey } from './object-key.ts';

/** The objects a reflector knows, as they were last reported. Objects are shared: do not change them. */
export interface Store<T extends KubeObject> {
  get(key: ObjectKey): T | undefined;
  has(key: ObjectKey): boolean;
  keys(): Iterable<ObjectKey>;
  values(): Iterable<T>;
  readonly size: number;
}

/** The store as its reflector sees it. */
export interface WritableStore<T extends KubeObject> extends Store<T> {
  set(key: ObjectKey, object: T): void;
  delete(key: ObjectKey): void;
}

/** An empty store. */
export function createStore<T extends KubeObject>(): WritableStore<T> {
  const objects = new Map<string, T>();
  return {
    get: (key) => objects.get(keyText(key)),
    has: (key) => objects.has(keyText(key)),
    *keys() {
      for (const text of objects.keys()) yield parseKey(text);
    },
    values: () => objects.values(),
    get size() {
      return objects.size;
    },
    set: (key, object) => void objects.set(keyText(key), object),
    delete: (key) => void objects.delete(keyText(key)),
  };
}
