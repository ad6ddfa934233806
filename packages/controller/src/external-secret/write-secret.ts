import type { ExternalSecret } from '@signet/api';
import type { Client, Clock, ObjectMeta, Secret } from '@signet/kube/client';
import { isAlreadyExists } from '@signet/kube/client';
import type { Delimiters } from '@signet/template';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import { recreate } from '../cluster/recreate.ts';
import { typeOf } from '../cluster/secret-parts.ts';
import { unquoted } from '../cluster/unquoted.ts';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import { decide } from './decide.ts';
import type { Decision } from './decide.ts';
import { goesWith, orphansOf } from './deletion.ts';
import type { Gathered } from './gather.ts';
import { targetOf } from './interests.ts';
import type { MadeSecrets } from './made-secrets.ts';
import { fieldManagerOf, isTargetValid } from './marks.ts';
import { failure, refuse, told } from './ready.ts';
import type { Refusal } from './ready.ts';
import type { Told } from './report.ts';
import { Refused } from './target-room.ts';
import type { Produced, TargetRoom, Written } from './target-room.ts';
import { templateReader } from './template-source.ts';

/** What Secrets are written with. */
export interface SecretTargetOptions {
  readonly client: Client;
  readonly secrets: LiveSecrets;
  /** Secrets by the label of the ExternalSecret that made them. */
  readonly made: Pick<MadeSecrets, 'by'>;
  readonly keyPlace: KeyPlace;
  /** `--forbidden-secret-types`. */
  readonly forbiddenTypes: ReadonlySet<string>;
  /** `--recreate-secrets`. */
  readonly recreates: boolean;
  readonly clock: Clock;
  /** Of actions in templates. */
  readonly delimiters: Delimiters;
}

type Act = Exclude<Decision, Refusal>;

/** Writes the Secrets of ExternalSecrets: reads what is there, lets `decide` decide, and makes the one write that takes. */
export class SecretTarget implements TargetRoom {
  readonly #options: SecretTargetOptions;

  constructor(options: SecretTargetOptions) {
    this.#options = options;
  }

  async standing(es: ExternalSecret, signal: AbortSignal): Promise<{ readonly produced: Produced | undefined } | undefined> {
    const { secrets } = this.#options;
    const known = await secrets.metadata(targetOf(es), signal);
    const { produced } = es.status ?? {};
    const isUntouched = known !== undefined && produced?.uid === known.uid && produced?.resourceVersion === known.resourceVersion;
    if (isUntouched) return { produced };
    const live = known && (await secrets.read(targetOf(es), signal));
    if (!isTargetValid(es, live) && mends(es, live)) return undefined;
    return { produced: producedOf(live?.metadata) };
  }

  async write(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written> {
    const exists = (await this.#options.secrets.metadata(targetOf(es), signal)) !== undefined;
    try {
      return await this.#attempt(es, gathered, exists, checkCurrent, signal);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return this.#attempt(es, gathered, true, checkCurrent, signal); // the cache was behind
    }
  }

  async remove(es: ExternalSecret, signal: AbortSignal): Promise<void> {
    const live = await this.#options.secrets.read(targetOf(es), signal);
    if (live && goesWith(es, live) && !isKeySecret(live, this.#options.keyPlace)) await this.#options.secrets.delete(live, signal);
  }

  async #attempt(
    es: ExternalSecret,
    gathered: Gathered,
    exists: boolean,
    checkCurrent: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<Written> {
    const { secrets, clock, recreates, delimiters } = this.#options;
    const live = exists ? await secrets.read(targetOf(es), signal) : undefined;
    const now = (): number => clock.now();
    const decision = await decide(
      { es, data: gathered.data, live, recreates, now, delimiters },
      templateReader(this.#options, es.metadata.namespace, signal),
    );
    const refused = decision.do === 'refuse' ? decision : this.#refuse(decision, live);
    if (refused) throw new Refused(refused);
    const act = decision as Act;
    // also a key, or a label, may have been made of a value
    const metadata = await unquoted(
      () => gathered.data.values(),
      async () => this.#act(act, es, checkCurrent, signal),
    );
    const events = [...(await this.#deleteOrphans(es, act, checkCurrent, signal)), ...eventsOf(act)];
    return this.#written(act, metadata ?? (act.binding === undefined ? undefined : live?.metadata), events, gathered);
  }

  #written(act: Act, metadata: ObjectMeta | undefined, events: readonly Told[], gathered: Gathered): Written {
    return {
      did: act.do,
      reason: act.told.reason,
      message: act.told.message,
      produced: act.do === 'delete' ? undefined : producedOf(metadata),
      binding: act.binding,
      events,
      warnings: [...gathered.warnings, ...act.warnings],
    };
  }

  async #act(
    act: Act,
    es: ExternalSecret,
    checkCurrent: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<ObjectMeta | undefined> {
    const { secrets, clock } = this.#options;
    const manager = fieldManagerOf(es.metadata.name);
    switch (act.do) {
      case 'create':
        // A Secret that was there before may have been made anew of a newer generation than the one in our cache.
        if (es.status?.refreshTime) await checkCurrent();
        return secrets.create(act.secret, signal, manager);
      case 'replace':
        await checkCurrent();
        return secrets.replace(act.secret, signal, manager);
      case 'recreate':
        await checkCurrent();
        return recreate(secrets, act, clock, signal, manager);
      case 'delete':
        await checkCurrent();
        await secrets.delete(act.instead, signal);
        return undefined;
      case 'nothing':
        return undefined;
    }
  }

  /** Secrets that it made under another target name. Only once the new one is there. */
  async #deleteOrphans(es: ExternalSecret, act: Act, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Told[]> {
    // What was made before is all there is while the sources have nothing.
    if (act.do === 'delete' || act.told === told.retained) return [];
    const orphans = orphansOf(es, this.#options.made.by(es));
    if (orphans.length === 0) return [];
    await checkCurrent(); // under the name that a newer generation has, it is no orphan
    for (const { metadata } of orphans) await this.#options.secrets.delete({ metadata }, signal);
    return orphans.map(() => ({ type: 'Normal', reason: 'Deleted', message: 'secret deleted because it was orphaned' }));
  }

  /** What no ExternalSecret makes or changes, whatever its policies. */
  #refuse(decision: Decision, live: Secret | undefined): Refusal | undefined {
    const { keyPlace, forbiddenTypes } = this.#options;
    const concerned = ['secret' in decision ? decision.secret : undefined, live].filter((one) => one !== undefined);
    if (decision.do === 'nothing') return undefined;
    if (concerned.some((secret) => isKeySecret(secret, keyPlace)))
      return refuse(failure.update, 'the target is a sealing key, or would be one; only people make and change those', 'target');
    const forbidden = concerned.map(typeOf).find((type) => forbiddenTypes.has(type));
    return forbidden === undefined
      ? undefined
      : refuse(failure.update, `Secrets of type "${forbidden}" are not made or changed here (--forbidden-secret-types)`, 'spec');
  }
}

/** Whether a target that is not as it was left is put right now, rather than at the next refresh. */
function mends({ spec, status }: ExternalSecret, live: Secret | undefined): boolean {
  if (spec.target.creationPolicy === 'None') return false;
  return live !== undefined || (spec.target.creationPolicy !== 'Merge' && status?.binding !== undefined);
}

function producedOf({ uid, resourceVersion }: ObjectMeta = {}): Produced | undefined {
  return uid !== undefined && resourceVersion !== undefined ? { uid, resourceVersion } : undefined;
}

function eventsOf(act: Act): Told[] {
  switch (act.do) {
    case 'create':
    case 'recreate':
      return [{ type: 'Normal', reason: 'Created', message: 'secret created' }];
    case 'replace':
      return [{ type: 'Normal', reason: 'Updated', message: 'secret updated' }];
    case 'delete':
      return [{ type: 'Normal', reason: 'Deleted', message: 'secret deleted due to DeletionPolicy=Delete' }];
    case 'nothing':
      return [];
  }
}
