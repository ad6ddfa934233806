import type { KubeObject, Logger } from '../client/index.ts';
import { failureFields } from '../client/failure-fields.ts';
import type { ObjectKey } from './object-key.ts';
import { keyOf, keyText } from './object-key.ts';
import type { Store, WritableStore } from './store.ts';
import { createStore } from './store.ts';

/** Is told what changes. Called synchronously, after the store changed; must not block. */
export interface Handler<T extends KubeObject> {
  /**
   * A new object (`previous` undefined) or a new version of one. `initial` while the first list is being read, and for what
   * was there already when the handler subscribed.
   */
  changed(object: T, previous: T | undefined, initial: boolean): void;
  /** The object is gone. It is handed over as it was last reported. */
  removed(object: T): void;
}

/**
 * The store and those who listen to it. Turns whatever arrives, in whatever way it arrives (list, watch, again), into a
 * consistent story for each object: changed (new), changed (previous as told before) ..., removed. An object deleted and made
 * again under the same name is two objects: removed, then changed without a previous.
 */
export interface Mirror<T extends KubeObject> {
  readonly store: Store<T>;
  subscribe(handler: Handler<T>): () => void;
  /** An object as the server has it. Says nothing if it is known in just this version. */
  put(object: T, initial: boolean): void;
  /** The server said that this object is gone. */
  remove(object: KubeObject): void;
  /** The server listed all objects: what is not among them is gone. */
  keepOnly(keys: ReadonlySet<string>): void;
}

/** Makes an empty mirror. What `transform` gives is stored (it must keep name, namespace, uid and
 * resourceVersion); an object it throws for is left out, and that is logged. */
export function createMirror<T extends KubeObject>(transform: ((object: T) => T) | undefined, logger: Logger): Mirror<T> {
  const store: WritableStore<T> = createStore<T>();
  const handlers = new Set<Handler<T>>();

  const told = (handler: Handler<T>, tell: (handler: Handler<T>) => unknown): void => {
    const failed = (error: unknown): void => logger.error(failureFields(error), 'a handler of the cache failed');
    try {
      // An async function passes as a handler; its rejection must not end the process.
      const result = tell(handler);
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  const tellAll = (tell: (handler: Handler<T>) => unknown): void => {
    // Those who subscribe while others are being told have just been told everything.
    for (const handler of Array.from(handlers)) if (handlers.has(handler)) told(handler, tell);
  };

  const drop = (key: ObjectKey, known: T): void => {
    store.delete(key);
    tellAll((handler) => handler.removed(known));
  };

  return {
    store,
    subscribe(handler) {
      const own: Handler<T> = {
        changed: (object, previous, initial) => handler.changed(object, previous, initial),
        removed: (object) => handler.removed(object),
      };
      handlers.add(own);
      for (const object of Array.from(store.values())) told(own, (each) => each.changed(object, undefined, true));
      return () => void handlers.delete(own);
    },
    put(arrived, initial) {
      const key = keyOf(arrived);
      const known = store.get(key);
      const { uid, resourceVersion } = arrived.metadata;
      const same = known?.metadata.uid === uid;
      if (known && same && known.metadata.resourceVersion === resourceVersion) return;
      if (known && !same) drop(key, known);
      let object: T;
      try {
        object = transform ? transform(arrived) : arrived;
      } catch (error) {
        logger.error({ key: keyText(key), ...failureFields(error) }, 'an object could not be transformed and is left out');
        return;
      }
      store.set(key, object);
      tellAll((handler) => handler.changed(object, same ? known : undefined, initial));
    },
    remove(gone) {
      const key = keyOf(gone);
      const known = store.get(key);
      // A late word about an earlier object of this name does not concern the one that is there now.
      if (known && known.metadata.uid === gone.metadata.uid) drop(key, known);
    },
    keepOnly(keys) {
      for (const object of Array.from(store.values())) {
        const key = keyOf(object);
        if (!keys.has(keyText(key))) drop(key, object);
      }
    },
  };
}
