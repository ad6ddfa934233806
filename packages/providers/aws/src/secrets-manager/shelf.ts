import type { SecretsManagerClient, SecretValueEntry } from '@aws-sdk/client-secrets-manager';
import { providerErrors } from '@signet/provider';
import type { Clock, Document } from '@signet/provider';
import { jsonDocument } from '@signet/provider/json';
import { faultOfItem } from '../fault.ts';
import type { Service } from '../service.ts';
import { tagDocument } from '../tags.ts';
import type { Shelf, Wanted } from '../wanted.ts';

/** The stage that everybody means who names none. */
const currentStage = 'AWSCURRENT';

/** Reads of Secrets Manager. */
export class SecretsManagerShelf implements Shelf {
  /** BatchGetSecretValue takes 20 ids. */
  readonly batchSize = 20;
  readonly #service: Service<SecretsManagerClient>;
  readonly #clock: Clock;

  constructor(service: Service<SecretsManagerClient>, clock: Clock) {
    this.#service = service;
    this.#clock = clock;
  }

  identify({ id, version, metadata }: Wanted): string {
    return JSON.stringify(metadata ? [id, 'tags'] : [id, 'version', version ?? currentStage]);
  }

  /** A batch reads current values only. */
  fitsBatch({ version, metadata }: Wanted): boolean {
    return !metadata && (version ?? currentStage) === currentStage;
  }

  async readBatch(wanted: readonly Wanted[], signal: AbortSignal): Promise<ReadonlyMap<Wanted, Document | Error>> {
    const { BatchGetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const call = 'BatchGetSecretValue';
    const command = new BatchGetSecretValueCommand({ SecretIdList: wanted.map(({ id }) => id) });
    const answer = await this.#service.call((client, abort) => client.send(command, abort), { call, key: '', signal });
    const outcomes = new Map<Wanted, Document | Error>();
    for (const each of wanted) {
      const entry = answer.SecretValues?.find(({ Name, ARN }) => isNamed(each.id, Name, ARN));
      const error = answer.Errors?.find(({ SecretId }) => SecretId === each.id);
      if (entry) outcomes.set(each, documentOf(entry, each.key, call));
      else if (error) {
        const item = { code: error.ErrorCode ?? '', message: error.Message ?? '' };
        outcomes.set(each, faultOfItem(item, { call, key: each.key, now: this.#clock.now() }).error);
      }
    }
    return outcomes;
  }

  async readOne(wanted: Wanted, signal: AbortSignal): Promise<Document> {
    return wanted.metadata ? this.#tags(wanted, signal) : this.#value(wanted, signal);
  }

  async #value({ id, key, version = currentStage }: Wanted, signal: AbortSignal): Promise<Document> {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const which = version.startsWith('uuid/') ? { VersionId: version.slice('uuid/'.length) } : { VersionStage: version };
    const command = new GetSecretValueCommand({ SecretId: id, ...which });
    const call = 'GetSecretValue';
    const answer = await this.#service.call((client, abort) => client.send(command, abort), { call, key, signal });
    const document = documentOf(answer, key, call);
    if (document instanceof Error) throw document;
    return document;
  }

  async #tags({ id, key }: Wanted, signal: AbortSignal): Promise<Document> {
    const { DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
    const command = new DescribeSecretCommand({ SecretId: id });
    const asked = { call: 'DescribeSecret', key, signal };
    const { Tags, DeletedDate } = await this.#service.call((client, abort) => client.send(command, abort), asked);
    // Unlike its value, the description of a secret that is marked for deletion can still be read.
    if (DeletedDate) throw providerErrors.NOT_FOUND({ key, because: 'it is marked for deletion' });
    return tagDocument(Tags, key);
  }
}

function documentOf(entry: Pick<SecretValueEntry, 'SecretString' | 'SecretBinary'>, key: string, call: string): Document | Error {
  const bytes = entry.SecretString === undefined ? entry.SecretBinary : new TextEncoder().encode(entry.SecretString);
  if (!bytes) return providerErrors.BAD_ANSWER({ because: `${call} of ${key}: neither text nor bytes in it` });
  return jsonDocument(bytes, { key, objects: 'raw' });
}

/** Names, whole ARNs, and ARNs without the six characters that AWS adds to the name. */
function isNamed(id: string, name: string | undefined, arn: string | undefined): boolean {
  return id === name || id === arn || (id.startsWith('arn:') && arn !== undefined && id === arn.replace(/-[A-Za-z0-9]{6}$/, ''));
}
