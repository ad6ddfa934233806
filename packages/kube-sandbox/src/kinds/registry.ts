import { builtInKinds } from './built-in.ts';
import { customKinds } from './custom.ts';
import type { KindDefinition } from './definition.ts';
import type { KubeObject } from './object.ts';

/** The kinds served now: the built-in ones and those of established CustomResourceDefinitions. */
export class KindRegistry {
  readonly #byPath = new Map<string, KindDefinition>();
  readonly #custom = new Map<string, readonly KindDefinition[]>();
  #all: readonly KindDefinition[] = builtInKinds;

  constructor() {
    this.#index();
  }

  /** Every served version of every kind, built-in ones first. */
  get all(): readonly KindDefinition[] {
    return this.#all;
  }

  find(group: string, version: string, plural: string): KindDefinition | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The preferred version of a kind by its plural. */
  preferred(group: string, plural: string): KindDefinition | undefined {
    return this.#all.find((kind) => kind.group === group && kind.plural === plural);
  }

  /** The kind an `apiVersion` and `kind` name; another version of it when that version is not served. */
  byKind(apiVersion: string, kind: string): KindDefinition | undefined {
    const [group, version] = splitApiVersion(apiVersion);
    const candidates = this.#all.filter((candidate) => candidate.group === group && candidate.kind === kind);
    return candidates.find((candidate) => candidate.version === version) ?? candidates[0];
  }

  /** Serves the kinds of a CustomResourceDefinition from now on, or no longer serves them. */
  setCustom(name: string, crd: KubeObject | undefined): void {
    if (crd) this.#custom.set(name, customKinds(crd));
    else this.#custom.delete(name);
    this.#all = [...builtInKinds, ...[...this.#custom.keys()].sort().flatMap((key) => this.#custom.get(key) ?? [])];
    this.#index();
  }

  #index(): void {
    this.#byPath.clear();
    for (const kind of this.#all) this.#byPath.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }
}

/** Collection of the store a kind lives in: all versions share it. */
export function collectionOf(kind: Pick<KindDefinition, 'group' | 'plural'>): string {
  return `${kind.group}/${kind.plural}`;
}

/** `v1`, or `example.com/v1`. */
export function apiVersionOf(kind: Pick<KindDefinition, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** Group and version of an `apiVersion`. */
function splitApiVersion(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}
