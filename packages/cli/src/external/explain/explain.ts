import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import { createdByHash, fieldManagerOf } from '@signet/controller/external-secret';
import type { ObjectMeta } from '@signet/kube/client';
import { readyOf } from '../sync/answer.ts';
import { managersOfData } from './managers.ts';
import type { PlannedSource, Source } from './sources.ts';
import { sourcesOf } from './sources.ts';
import type { PlannedTemplate } from './templates.ts';
import { keepsRaw, templatesOf } from './templates.ts';

/** What the cluster says of a store. */
export interface StoreState {
  /** `SecretStore/vault` */
  readonly store: string;
  /** `found`, or why not. */
  readonly seen: 'found' | 'missing' | 'forbidden';
  readonly provider: string | undefined;
  readonly ready: string | undefined;
  readonly message: string | undefined;
}

/** What was seen of the Secret: its metadata, that it is not there, or that it may not be looked at. */
export type SecretSeen = ObjectMeta | 'missing' | 'forbidden';

/** Where one key of the Secret comes from. */
export interface KeyOrigin {
  readonly key: string;
  /** `yes` and `no` from the Secret's metadata; `unknown` when that cannot be read. */
  readonly isThere: 'yes' | 'no' | 'unknown';
  /** The template that gives it; undefined: the value is as it was fetched. */
  readonly template: string | undefined;
  /** Every template that may give it, where only rendering tells. */
  readonly templates: readonly string[];
  readonly sources: readonly Source[];
  /** False: it is one or some of `sources` and `templates`, and which, only the controller knows. */
  readonly isCertain: boolean;
  /** Field managers of the key other than this ExternalSecret's. */
  readonly otherManagers: readonly string[];
  /** True: this ExternalSecret has nothing to do with it. */
  readonly isForeign: boolean;
}

/** An ExternalSecret and its Secret, told in names. */
export interface Explanation {
  readonly namespace: string;
  readonly name: string;
  readonly target: {
    readonly name: string;
    readonly kind: string;
    readonly seen: 'found' | 'missing' | 'forbidden' | 'not looked at';
    readonly creationPolicy: string;
    readonly deletionPolicy: string;
    /** `ExternalSecret/app`: who controls it by owner reference. */
    readonly owner: string | undefined;
    /** Made by this ExternalSecret, by owner or label. */
    readonly isOurs: boolean;
  };
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string | undefined;
    readonly message: string | undefined;
  }[];
  readonly refreshPolicy: string;
  readonly refreshTime: string | undefined;
  readonly nextRefreshTime: string | undefined;
  readonly stores: readonly StoreState[];
  readonly keys: readonly KeyOrigin[];
  readonly items: readonly PlannedSource[];
}

/** Puts together what the ExternalSecret says and what the names in the Secret's metadata tell. Pure; it never sees a value. */
export function explain(es: ExternalSecret, secret: SecretSeen, stores: readonly StoreState[]): Explanation {
  const { namespace, name } = es.metadata;
  const { manifest, ...target } = es.spec.target;
  const metadata = typeof secret === 'string' ? undefined : secret;
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller === true);
  const isOurs =
    owner === undefined
      ? metadata?.labels?.[externalSecretMarks.createdBy] === createdByHash(namespace, name)
      : owner.kind === 'ExternalSecret' && owner.name === name;
  return {
    namespace,
    name,
    target: {
      name: target.name,
      kind: manifest?.kind ?? 'Secret',
      seen: manifest ? 'not looked at' : metadata ? 'found' : (secret as 'missing' | 'forbidden'),
      creationPolicy: target.creationPolicy,
      deletionPolicy: target.deletionPolicy,
      owner: owner && `${owner.kind}/${owner.name}`,
      isOurs,
    },
    conditions: (es.status?.conditions ?? []).map(({ type, status, reason, message }) => ({ type, status, reason, message })),
    refreshPolicy: es.spec.refreshPolicy,
    refreshTime: es.status?.refreshTime ?? undefined,
    nextRefreshTime: es.status?.nextRefreshTime,
    stores,
    keys: keysOf(es, metadata, readyOf(es) !== undefined && secret === 'missing'),
    items: sourcesOf(es),
  };
}

function keysOf(es: ExternalSecret, metadata: ObjectMeta | undefined, isMissing: boolean): KeyOrigin[] {
  const plan = new Plan(es);
  const managers = metadata && managersOfData(metadata);
  const own = fieldManagerOf(es.metadata.name);
  const keys = [...new Set([...plan.keys, ...(managers?.keys() ?? [])])].toSorted((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => {
    const by = managers?.get(key);
    const isThere = by ? 'yes' : metadata || isMissing ? 'no' : 'unknown';
    const otherManagers = [...(by ?? [])].filter((manager) => manager !== own);
    const isForeign = by !== undefined && !by.has(own) && !plan.keys.has(key);
    const none = { template: undefined, templates: [], sources: [], isCertain: true };
    return { key, isThere, otherManagers, isForeign, ...(isForeign ? none : plan.originOf(key)) };
  });
}

type Origin = Pick<KeyOrigin, 'template' | 'templates' | 'sources' | 'isCertain'>;

/** Which keys an ExternalSecret gives, as far as its text tells. */
class Plan {
  readonly #sources: readonly PlannedSource[];
  readonly #templates: readonly PlannedTemplate[];
  readonly #keepsRaw: boolean;
  /** Keys that are known before anything is fetched. */
  readonly keys: ReadonlySet<string>;

  constructor(es: ExternalSecret) {
    this.#sources = sourcesOf(es);
    this.#templates = templatesOf(es);
    this.#keepsRaw = keepsRaw(es);
    const raw = this.#keepsRaw ? this.#sources.flatMap(({ secretKey }) => secretKey ?? []) : [];
    this.keys = new Set([...raw, ...this.#templates.flatMap(({ key }) => key ?? [])]);
  }

  originOf(key: string): Origin {
    const template = this.#templates.findLast((one) => one.key === key);
    if (template) return { template: template.template, templates: [], ...this.#read(template.reads) };
    const raw = this.#keepsRaw ? this.#fetched(key) : { sources: [], isCertain: false };
    const open = this.#templates.filter((one) => one.key === undefined);
    const [only, ...more] = open;
    if (!only) return { template: undefined, templates: [], ...raw };
    if (raw.sources.length === 0 && more.length === 0) return { template: only.template, templates: [], ...this.#read(only.reads) };
    // A template whose keys nobody knows wins over what was fetched, if it gives this one.
    const read = new Set(open.flatMap(({ reads }) => this.#read(reads).sources));
    const sources = this.#sources.filter((source) => raw.sources.includes(source) || read.has(source));
    return { template: undefined, templates: open.map((one) => one.template), sources, isCertain: false };
  }

  /** `data` wins over `dataFrom`, so a key of `data` has one source; every other one may be of any `dataFrom`. */
  #fetched(key: string): Pick<Origin, 'sources' | 'isCertain'> {
    const named = this.#sources.findLast(({ secretKey }) => secretKey === key);
    if (named) return { sources: [named], isCertain: true };
    const open = this.#sources.filter(({ secretKey }) => secretKey === undefined);
    return { sources: open, isCertain: open.length === 1 };
  }

  #read(names: readonly string[] | undefined): Pick<Origin, 'sources' | 'isCertain'> {
    if (!names) return { sources: this.#sources, isCertain: this.#sources.length <= 1 };
    const found = names.map((name) => this.#fetched(name));
    return {
      sources: this.#sources.filter((source) => found.some(({ sources }) => sources.includes(source))),
      isCertain: found.every(({ isCertain }) => isCertain),
    };
  }
}
