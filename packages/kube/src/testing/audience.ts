import type { Handler } from '../cache/index.ts';
import type { KubeObject } from '../client/index.ts';

/** Listens to a cache, writes down what it is told, and checks that it is told a consistent story. */
export interface Audience extends Handler<KubeObject> {
  /** `+a` new, `~a` changed, `-a` removed, with `!` behind it when initial. */
  readonly story: string[];
  /** What it believes to exist. */
  readonly believed: ReadonlyMap<string, KubeObject>;
  /** Contradictions: a change of what was removed, a previous that was not what it was told before. */
  readonly contradictions: string[];
}

/** A new audience that knows nothing. */
export function createAudience(): Audience {
  const believed = new Map<string, KubeObject>();
  const story: string[] = [];
  const contradictions: string[] = [];
  const check = (fine: boolean, what: string): void => {
    if (!fine) contradictions.push(`${what} after ${story.join(' ')}`);
  };
  return {
    story,
    believed,
    contradictions,
    changed(object, previous, initial) {
      const name = object.metadata.name ?? '';
      check(believed.get(name) === previous, `${name} changed from something else than what was told`);
      check(previous === undefined || previous.metadata.uid === object.metadata.uid, `${name} changed its uid`);
      check(previous?.metadata.resourceVersion !== object.metadata.resourceVersion, `${name} told twice`);
      believed.set(name, object);
      story.push(`${previous ? '~' : '+'}${name}${initial ? '!' : ''}`);
    },
    removed(object) {
      const name = object.metadata.name ?? '';
      check(believed.get(name) === object, `${name} removed, but it was not what was told`);
      believed.delete(name);
      story.push(`-${name}`);
    },
  };
}
