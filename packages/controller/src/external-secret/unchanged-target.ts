import { createHmac, randomBytes } from 'node:crypto';
import type { ExternalSecret } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import type { Gathered } from './gather.ts';
import { targetOf } from './interests.ts';
import { told } from './ready.ts';
import { syncedVersionOf } from './resource-version.ts';
import type { Produced, TargetRoom, Written } from './target-room.ts';

interface Known extends Produced {
  /** Of everything the Secret was made of. */
  readonly madeOf: string;
}

/**
 * Spares the read of a Secret that nobody has touched since it was made of the very same: most refreshes bring nothing new. Remembers a digest
 * under a key of this process, no value. Only where the Secret depends on nothing else: the ExternalSecret owns it, and there is no template.
 */
export class UnchangedTarget implements TargetRoom {
  readonly #target: TargetRoom;
  readonly #secrets: Pick<LiveSecrets, 'metadata'>;
  readonly #key = randomBytes(32);
  readonly #known = new Map<string, Known>();

  constructor(target: TargetRoom, secrets: Pick<LiveSecrets, 'metadata'>) {
    this.#target = target;
    this.#secrets = secrets;
  }

  async standing(es: ExternalSecret, signal: AbortSignal): ReturnType<TargetRoom['standing']> {
    return this.#target.standing(es, signal);
  }

  async write(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written> {
    const { template, creationPolicy, name } = es.spec.target;
    if (template || creationPolicy !== 'Owner' || gathered.data.size === 0)
      return this.#target.write(es, gathered, checkCurrent, signal);

    const key = keyText(es.metadata);
    const madeOf = this.#digestOf(es, gathered);
    const known = this.#known.get(key);
    const live = known?.madeOf === madeOf ? await this.#secrets.metadata(targetOf(es), signal) : undefined;
    if (
      known &&
      live?.uid === known.uid &&
      live.resourceVersion === known.resourceVersion &&
      live.deletionTimestamp === undefined
    ) {
      const { reason, message } = told.synced;
      const produced = { uid: known.uid, resourceVersion: known.resourceVersion };
      return { did: 'nothing', reason, message, produced, binding: name, events: [], warnings: gathered.warnings };
    }
    this.#known.delete(key);
    const written = await this.#target.write(es, gathered, checkCurrent, signal);
    if (written.produced) this.#known.set(key, { ...written.produced, madeOf });
    return written;
  }

  async remove(es: ExternalSecret, signal: AbortSignal): Promise<void> {
    await this.#target.remove(es, signal);
  }

  /** The ExternalSecret is gone. */
  forget(key: ObjectKey): void {
    this.#known.delete(keyText(key));
  }

  #digestOf(es: ExternalSecret, { data }: Gathered): string {
    const digest = createHmac('sha256', this.#key);
    const keys = [...data.keys()].toSorted();
    // Lengths first: no two contents are the same bytes.
    digest.update(JSON.stringify([es.metadata.uid, syncedVersionOf(es), keys.map((key) => [key, data.get(key)?.length])]));
    for (const key of keys) digest.update(data.get(key) ?? '');
    return digest.digest('base64');
  }
}
