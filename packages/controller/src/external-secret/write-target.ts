import { configMaps } from '@signet/kube/client';
import type { ExternalSecret } from '@signet/api';
import type { Client, Clock, ObjectMeta, Secret } from '@signet/kube/client';
import { isAlreadyExists, isNotFound } from '@signet/kube/client';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import { recreate } from '../cluster/recreate.ts';
import { typeOf } from '../cluster/secret-parts.ts';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import { decide } from './decide.ts';
import type { Decision } from './decide.ts';
import { goesWith, orphansOf } from './deletion.ts';
import type { Gathered } from './gather.ts';
import { targetOf } from './interests.ts';
import type { MadeSecrets } from './made-secrets.ts';
import { fieldManagerOf } from './marks.ts';
import { failure, refuse } from './ready.ts';
import type { Refusal } from './ready.ts';
import type { Told } from './report.ts';

/** What became of the target. */
export interface Written {
  readonly did: Exclude<Decision['do'], 'refuse'>;
  readonly reason: string;
  readonly message: string;
  /** The Secret as it is now; undefined: there is none. */
  readonly produced: { readonly uid: string; readonly resourceVersion: string } | undefined;
  readonly binding: string | undefined;
  readonly events: readonly Told[];
  /** Sentences without values. */
  readonly warnings: readonly string[];
}

/** Nothing may be written, and the message says why. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;
  readonly permanent: boolean;

  constructor({ reason, message, permanent }: Refusal) {
    super(message);
    this.reason = reason;
    this.permanent = permanent;
  }
}

/** What targets are written with. */
export interface TargetWriterOptions {
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
}

type Act = Exclude<Decision, Refusal>;

/** Writes the Secrets of ExternalSecrets: reads what is there, lets `decide` decide, and makes the one write that takes. */
export class TargetWriter {
  readonly #options: TargetWriterOptions;

  constructor(options: TargetWriterOptions) {
    this.#options = options;
  }

  /** Whether a target that is not as it was left is put right now, rather than at the next refresh. */
  mends({ spec, status }: ExternalSecret, live: Secret | undefined): boolean {
    if (spec.target.creationPolicy === 'None') return false;
    return live !== undefined || (spec.target.creationPolicy !== 'Merge' && status?.binding !== undefined);
  }

  /**
   * Brings the target into agreement with what was gathered.
   *
   * @param checkCurrent throws when the ExternalSecret is not the newest; asked right before something that is there is overwritten
   * @throws Refused; what the API server answers, a conflict included
   */
  async write(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written> {
    const key = targetOf(es);
    const exists = (await this.#options.secrets.metadata(key, signal)) !== undefined;
    try {
      return await this.#attempt(es, gathered, exists, checkCurrent, signal);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return this.#attempt(es, gathered, true, checkCurrent, signal); // the cache was behind
    }
  }

  /** Deletes the target with its ExternalSecret, if it is to go at once and is its own. */
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
    const { secrets, clock, recreates } = this.#options;
    const live = exists ? await secrets.read(targetOf(es), signal) : undefined;
    const now = (): number => clock.now();
    const decision = await decide({ es, data: gathered.data, live, recreates, now }, this.#reader(es, signal));
    const refused = decision.do === 'refuse' ? decision : this.#refuse(decision, live);
    if (refused) throw new Refused(refused);
    const act = decision as Act;
    const events = [...(await this.#deleteOrphans(es, act, signal))];
    const metadata = await this.#act(act, es, checkCurrent, signal);
    events.push(...eventsOf(act));
    return this.#written(act, metadata ?? (act.binding === undefined ? undefined : live?.metadata), events, gathered);
  }

  #written(act: Act, metadata: ObjectMeta | undefined, events: readonly Told[], gathered: Gathered): Written {
    const { uid, resourceVersion } = metadata ?? {};
    return {
      did: act.do,
      reason: act.told.reason,
      message: act.told.message,
      produced: uid !== undefined && resourceVersion !== undefined && act.do !== 'delete' ? { uid, resourceVersion } : undefined,
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

  /** Secrets that it made under another target name. Only once the new one can be written. */
  async #deleteOrphans(es: ExternalSecret, act: Act, signal: AbortSignal): Promise<Told[]> {
    if (act.do === 'delete') return [];
    const orphans = orphansOf(es, this.#options.made.by(es));
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

  #reader(es: ExternalSecret, signal: AbortSignal): Parameters<typeof decide>[1] {
    const { client, secrets, keyPlace } = this.#options;
    const { namespace } = es.metadata;
    return async (kind, name) => {
      if (kind === 'Secret') {
        const secret = await secrets.read({ namespace, name }, signal);
        return secret && isKeySecret(secret, keyPlace) ? undefined : secret; // a sealing key is no template
      }
      try {
        return await client.get(configMaps, { namespace, name }, { signal });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    };
  }
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
