import type { ExternalSecret } from '@signet/api';
import { externalSecretMarks } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import type { Reads } from '@signet/template';
import { publicDigest, recordAnnotation, recordIn } from '../cluster/rendered-record.ts';
import { valueIn } from '../cluster/secret-parts.ts';
import { controllerOf, pointsTo } from './marks.ts';
import type { RenderedParts, TemplateGroup } from './templates.ts';

/**
 * Values of templates that call functions of time or chance are rendered once and kept, as those of SealedSecrets are (decision 12), until their
 * template changes, or a fetched value that it reads, or somebody removes them.
 *
 * Whether a fetched value is another one cannot be told by a digest of it: a short value could be found from that. It is told by a keyed
 * digest, if there is a key, or by the value itself where the Secret holds it under its own name. Where neither tells, the template is rendered anew
 * with each refresh, as external-secrets does: an old key store or password hash would be worse than a new one. A template that reads no
 * fetched value needs neither.
 */

/** A digest of what is secret, under a key that only the controller knows; the same in all replicas. Short text without dots. */
export type KeyedDigest = (secret: Uint8Array) => string;

/** Reads nothing that was fetched. */
const noInputs = '';
/** Nobody can tell whether they are the same. */
const unknownInputs = '-';

/** One template while it is rendered. */
export interface OnceRoom {
  /** The output that it had before and keeps. */
  keep(reads: Reads): Uint8Array | undefined;
  /** It calls functions of time or chance, and made these keys. */
  made(keys: readonly string[], reads: Reads): void;
}

/** Keeps the values of one Secret that were rendered once. */
export class Once {
  readonly #es: ExternalSecret;
  readonly #live: Secret | undefined;
  readonly #values: ReadonlyMap<string, Uint8Array>;
  readonly #keyed: KeyedDigest | undefined;
  readonly #record: ReadonlyMap<string, unknown> | undefined;
  readonly #entries = new Map<string, string>();
  readonly #adopted = new Set<string>();

  /** @param live with the values to keep */
  constructor(
    es: ExternalSecret,
    live: Secret | undefined,
    values: ReadonlyMap<string, Uint8Array>,
    keyed: KeyedDigest | undefined,
  ) {
    this.#es = es;
    this.#live = live;
    this.#values = values;
    this.#keyed = keyed;
    this.#record = live && recordIn(live);
  }

  roomOf(group: Pick<TemplateGroup, 'scope' | 'decodingStrategy'>, part: keyof RenderedParts, key: string, text: string): OnceRoom {
    const { scope, decodingStrategy } = group;
    const texts = publicDigest([scope, part, decodingStrategy, scope === 'Values' ? key : '', text]);
    let adopts = false;
    return {
      keep: (reads) => {
        const live = this.#live;
        if (!live) return undefined;
        if (this.#record) return this.#recorded(live, this.#record, { group, part, texts, reads });
        const value = scope === 'Values' && this.#isInherited(live, reads) ? liveValue(live, part, key) : undefined;
        adopts = value !== undefined;
        return value && encoded(value, decodingStrategy);
      },
      made: (keys, reads) => {
        const entry = `${texts}.${this.#inputsOf(reads)}.${keys.length}`;
        for (const name of keys) {
          this.#entries.set(idOf(part, name), entry);
          if (adopts) this.#adopted.add(idOf(part, name));
          else this.#adopted.delete(idOf(part, name));
        }
      },
    };
  }

  /** These keys now have values that do not depend on time or chance. */
  madeAnew(part: keyof RenderedParts, keys: readonly string[]): void {
    for (const key of keys) this.#entries.delete(idOf(part, key));
  }

  /** The annotation that records it. None while all values are those of a Secret that was taken over: that is not written for it. */
  annotation(): Record<string, string> | undefined {
    const isNews = [...this.#entries.keys()].some((id) => !this.#adopted.has(id));
    return isNews ? recordAnnotation(this.#entries) : undefined;
  }

  #recorded(
    live: Secret,
    record: ReadonlyMap<string, unknown>,
    {
      group,
      part,
      texts,
      reads,
    }: { group: Pick<TemplateGroup, 'scope' | 'decodingStrategy'>; part: keyof RenderedParts; texts: string; reads: Reads },
  ): Uint8Array | undefined {
    const found = [...record].filter(([id, entry]) => isOf(part, id) && typeof entry === 'string' && entry.startsWith(`${texts}.`));
    const [[, first] = []] = found;
    const [, inputs, count] = String(first).split('.');
    if (count !== String(found.length)) return undefined;
    const isSame = inputs === this.#inputsOf(reads) && inputs !== unknownInputs;
    if (!isSame && !this.#holdsInputs(live, reads)) return undefined;
    const outputs = new Map<string, Uint8Array>();
    for (const [id] of found) {
      const name = nameOf(part, id);
      const value = liveValue(live, part, name);
      if (!value) return undefined;
      outputs.set(name, encoded(value, group.decodingStrategy));
    }
    if (group.scope === 'Values') return [...outputs.values()][0];
    // JSON is YAML, and its texts are quoted: they are read back as they are.
    const texted = [...outputs].map(([name, value]) => [name, Buffer.from(value).toString('utf8')] as const);
    return Buffer.from(JSON.stringify(Object.fromEntries(texted)));
  }

  #inputsOf(reads: Reads): string {
    const names = this.#namesOf(reads);
    if (names.length === 0) return noInputs;
    if (!this.#keyed) return unknownInputs;
    const inputs = names.map((name) => [name, Buffer.from(this.#values.get(name) ?? []).toString('base64')]);
    return this.#keyed(Buffer.from(JSON.stringify(inputs)));
  }

  #namesOf(reads: Reads): string[] {
    return [...this.#values.keys()].filter((name) => reads === undefined || reads.has(name)).toSorted();
  }

  #holdsInputs(live: Secret, reads: Reads): boolean {
    const names = this.#namesOf(reads);
    return names.length > 0 && names.every((name) => sameBytes(valueIn(live, name), this.#values.get(name)));
  }

  /** A Secret without a record: what external-secrets made of this very generation, from nothing that is fetched, is kept as it is. */
  #isInherited({ metadata }: Secret, reads: Reads): boolean {
    const { generation } = this.#es.metadata;
    const controller = controllerOf(metadata);
    return (
      reads?.size === 0 &&
      generation !== undefined &&
      this.#es.status?.syncedResourceVersion?.startsWith(`${generation}-`) === true &&
      metadata.labels?.[externalSecretMarks.managed] === 'true' &&
      (!controller || pointsTo(controller, this.#es))
    );
  }
}

function idOf(part: keyof RenderedParts, key: string): string {
  return part === 'data' ? key : `${part}[${key}]`;
}

function isOf(part: keyof RenderedParts, id: string): boolean {
  return part === 'data' ? !id.includes('[') : id.startsWith(`${part}[`);
}

function nameOf(part: keyof RenderedParts, id: string): string {
  return part === 'data' ? id : id.slice(part.length + 1, -1);
}

function liveValue(live: Secret, part: keyof RenderedParts, key: string): Uint8Array | undefined {
  if (part === 'data') return valueIn(live, key);
  const { [part]: map = {} } = live.metadata;
  const text = Object.hasOwn(map, key) ? map[key] : undefined;
  return text === undefined ? undefined : Buffer.from(text);
}

/** What the template would have put out for this value, before it was decoded. */
function encoded(value: Uint8Array, strategy: TemplateGroup['decodingStrategy']): Uint8Array {
  if (strategy === 'None') return value;
  const text = Buffer.from(value).toString('base64');
  return Buffer.from(strategy === 'Base64URL' ? text.replaceAll('+', '-').replaceAll('/', '_') : text);
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.from(one).equals(other);
}
