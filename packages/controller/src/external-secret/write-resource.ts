import type { ExternalSecret } from '@signet/api';
import type { Client, KubeObject, ObjectMeta, Resource, Secret } from '@signet/kube/client';
import { isAlreadyExists, isNotFound, redactValues } from '@signet/kube/client';
import type { Delimiters } from '@signet/template';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import { typeOf } from '../cluster/secret-parts.ts';
import { unquoted } from '../cluster/unquoted.ts';
import { controllerErrors } from '../errors.ts';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import { decideResource } from './decide-resource.ts';
import type { ResourceDecision } from './decide-resource.ts';
import { goesWith } from './deletion.ts';
import type { Gathered } from './gather.ts';
import { fieldManagerOf } from './marks.ts';
import { failure, refuseResource } from './ready.ts';
import type { Refusal } from './ready.ts';
import { isResourceValid } from './resource-content.ts';
import { Refused } from './target-room.ts';
import type { Produced, TargetRoom, Written } from './target-room.ts';
import { templateReader } from './template-source.ts';

/** What targets of other kinds are written with. */
export interface ResourceTargetOptions {
  readonly client: Client;
  readonly secrets: Pick<LiveSecrets, 'read'>;
  readonly keyPlace: KeyPlace;
  /** `--forbidden-secret-types`, also for Secrets that are made this way. */
  readonly forbiddenTypes: ReadonlySet<string>;
  /** `--unsafe-allow-generic-targets`. */
  readonly allowsGenericTargets: boolean;
  readonly now: () => number;
  /** Of actions in templates. */
  readonly delimiters: Delimiters;
}

type Act = Exclude<ResourceDecision, Refusal>;

/**
 * Targets of other kinds than Secrets (`target.manifest`). Their changes are not watched: an edit is put right when the ExternalSecret is next
 * looked at, at its refresh at the latest.
 */
export class ResourceTarget implements TargetRoom {
  readonly #options: ResourceTargetOptions;
  readonly #kinds = new Map<string, Promise<Resource>>();

  constructor(options: ResourceTargetOptions) {
    this.#options = options;
  }

  async standing(es: ExternalSecret, signal: AbortSignal): Promise<{ readonly produced: Produced | undefined } | undefined> {
    const { creationPolicy } = es.spec.target;
    if (creationPolicy === 'None') return { produced: undefined };
    const live = await this.#read(es, signal);
    const { produced } = es.status ?? {};
    const { uid, resourceVersion } = live?.metadata ?? {};
    const isUntouched = live !== undefined && produced?.uid === uid && produced?.resourceVersion === resourceVersion;
    const isAbsentRightly = !live && (creationPolicy === 'Merge' || produced === undefined);
    if (!isUntouched && !isAbsentRightly && !isResourceValid(es, live)) return undefined;
    return { produced: producedOf(live?.metadata) };
  }

  async write(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written> {
    try {
      return await this.#attempt(es, gathered, checkCurrent, signal);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return this.#attempt(es, gathered, checkCurrent, signal); // somebody was quicker
    }
  }

  async remove(es: ExternalSecret, signal: AbortSignal): Promise<void> {
    const live = await this.#read(es, signal);
    if (live && goesWith(es, live)) await this.#delete(live, await this.#kindOf(es, signal), signal);
  }

  async #attempt(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written> {
    const { client, allowsGenericTargets, now, delimiters } = this.#options;
    const live = allowsGenericTargets ? await this.#read(es, signal) : undefined;
    const reader = templateReader(this.#options, es.metadata.namespace, signal);
    const decision = await decideResource({ es, data: gathered.data, live, allowsGenericTargets, now, delimiters }, reader);
    const refused = decision.do === 'refuse' ? decision : this.#refuse(decision, live);
    if (refused) throw new Refused(refused);
    const act = decision as Act;
    if (live && act.do !== 'nothing') await checkCurrent();
    const fieldManager = fieldManagerOf(es.metadata.name);
    const kind = await this.#kindOf(es, signal);
    let metadata: ObjectMeta | undefined = live?.metadata;
    const write = async (made: () => Promise<KubeObject>): Promise<ObjectMeta> =>
      (await unquoted(() => gathered.data.values(), made, redactValues)).metadata;
    if (act.do === 'create') metadata = await write(async () => client.create(kind, act.object, { signal, fieldManager }));
    if (act.do === 'replace') metadata = await write(async () => client.replace(kind, act.object, { signal, fieldManager }));
    if (act.do === 'delete') await this.#delete(act.instead, kind, signal);
    const { reason, message } = act.told;
    const produced = act.do === 'delete' ? undefined : producedOf(metadata);
    return {
      did: act.do,
      reason,
      message,
      produced,
      binding: undefined,
      events: eventsOf(act),
      warnings: [...gathered.warnings, ...act.warnings],
    };
  }

  /** What holds of Secrets holds of those that are made as a manifest too. */
  #refuse(decision: ResourceDecision, live: KubeObject | undefined): Refusal | undefined {
    const { keyPlace, forbiddenTypes } = this.#options;
    const concerned = ['object' in decision ? decision.object : undefined, live].filter(
      (one): one is Secret => one !== undefined && one.kind === 'Secret',
    );
    if (decision.do === 'nothing') return undefined;
    if (concerned.some((secret) => isKeySecret(secret, keyPlace)))
      return refuseResource(failure.updateResource, 'the target is a sealing key, or would be one', 'target');
    const forbidden = concerned.map(typeOf).find((type) => forbiddenTypes.has(type));
    if (forbidden === undefined) return undefined;
    return refuseResource(failure.updateResource, `Secrets of type "${forbidden}" are not made or changed here`, 'spec');
  }

  async #read(es: ExternalSecret, signal: AbortSignal): Promise<KubeObject | undefined> {
    const { namespace } = es.metadata;
    try {
      return await this.#options.client.get(await this.#kindOf(es, signal), { namespace, name: es.spec.target.name }, { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #delete({ metadata }: KubeObject, kind: Resource, signal: AbortSignal): Promise<void> {
    const { namespace = '', name = '', uid, resourceVersion } = metadata;
    const precondition = { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
    try {
      await this.#options.client.delete(kind, { namespace, name }, { ...precondition, signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Where objects of a kind are, as discovery tells. @throws TARGET_KIND */
  async #kindOf({ spec }: ExternalSecret, signal: AbortSignal): Promise<Resource> {
    const { apiVersion, kind } = spec.target.manifest ?? { apiVersion: 'v1', kind: 'Secret' };
    const id = `${apiVersion}/${kind}`;
    const known = this.#kinds.get(id) ?? this.#discover(apiVersion, kind, signal);
    this.#kinds.set(id, known);
    try {
      return await known;
    } catch (error) {
      this.#kinds.delete(id);
      throw error;
    }
  }

  async #discover(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource> {
    const [version = '', group = ''] = apiVersion.split('/').toReversed();
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const answer = await this.#options.client.request({ method: 'GET', path, signal, raw: true });
    const { resources = [] } = answer.status === 200 ? (JSON.parse(Buffer.from(answer.body).toString()) as Discovered) : {};
    const found = resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!found) throw controllerErrors.TARGET_KIND({ because: `the cluster serves no ${kind} of ${apiVersion}` });
    if (!found.namespaced) throw controllerErrors.TARGET_KIND({ because: `a ${kind} is in no namespace` });
    return { group, version, plural: found.name, kind, namespaced: true };
  }
}

interface Discovered {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

function producedOf({ uid, resourceVersion }: ObjectMeta = {}): Produced | undefined {
  return uid !== undefined && resourceVersion !== undefined ? { uid, resourceVersion } : undefined;
}

function eventsOf(act: Act): Written['events'] {
  switch (act.do) {
    case 'create':
      return [{ type: 'Normal', reason: 'Created', message: 'resource created' }];
    case 'replace':
      return [{ type: 'Normal', reason: 'Updated', message: 'resource updated' }];
    case 'delete':
      return [{ type: 'Normal', reason: 'Deleted', message: act.told.message }];
    case 'nothing':
      return [];
  }
}
