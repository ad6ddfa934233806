import type { Handler, ObjectKey } from '@signet/kube/cache';
import { keyOf, keyText } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';

/** A cache that a test fills. It behaves as a ScopedCache does. */
export class MemoryCache {
  readonly #objects = new Map<string, KubeObject>();
  readonly #handlers = new Set<Handler<KubeObject>>();
  #version = 0;

  get(key: ObjectKey): KubeObject | undefined {
    return this.#objects.get(keyText(key));
  }

  values(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  subscribe(handler: Handler<KubeObject>): () => void {
    this.#handlers.add(handler);
    for (const object of this.#objects.values()) handler.changed(object, undefined, true);
    return () => void this.#handlers.delete(handler);
  }

  /** Puts an object, with another resourceVersion each time, and tells of it. */
  put(object: KubeObject): KubeObject {
    const key = keyText(keyOf(object));
    const previous = this.#objects.get(key);
    const uid = object.metadata.uid ?? previous?.metadata.uid ?? `uid-${key}`;
    const put = { ...object, metadata: { generation: 1, ...object.metadata, uid, resourceVersion: `${++this.#version}` } };
    this.#objects.set(key, put);
    for (const handler of this.#handlers) handler.changed(put, previous, false);
    return put;
  }

  /** Tells of an object that is not, or not any more, what the cache has. */
  tell(object: KubeObject): void {
    for (const handler of this.#handlers) handler.changed(object, undefined, false);
  }

  remove(key: ObjectKey): void {
    const known = this.#objects.get(keyText(key));
    this.#objects.delete(keyText(key));
    if (known) for (const handler of this.#handlers) handler.removed(known);
  }
}
