import type { Parameter, SSMClient } from '@aws-sdk/client-ssm';
import { providerErrors } from '@signet/provider';
import type { Document } from '@signet/provider';
import { jsonDocument } from '@signet/provider/json';
import type { Service } from '../service.ts';
import { tagDocument } from '../tags.ts';
import type { Shelf, Wanted } from '../wanted.ts';

/** Reads of Parameter Store. Parameters that are encrypted are decrypted. */
export class ParameterStoreShelf implements Shelf {
  /** GetParameters takes 10 names. */
  readonly batchSize = 10;
  readonly #service: Service<SSMClient>;

  constructor(service: Service<SSMClient>) {
    this.#service = service;
  }

  identify(wanted: Wanted): string {
    return JSON.stringify(wanted.metadata ? [wanted.id, 'tags'] : [selectorOf(wanted)]);
  }

  /** One that names a version goes alone: which of two versions an answer is would hang on a field that not everybody fills. */
  fitsBatch(wanted: Wanted): boolean {
    return !wanted.metadata && !/:[^/]*$/.test(selectorOf(wanted));
  }

  async readBatch(wanted: readonly Wanted[], signal: AbortSignal): Promise<ReadonlyMap<Wanted, Document | Error>> {
    const { GetParametersCommand } = await import('@aws-sdk/client-ssm');
    const call = 'GetParameters';
    const command = new GetParametersCommand({ Names: wanted.map(({ id }) => id), WithDecryption: true });
    const answer = await this.#service.call((client, abort) => client.send(command, abort), { call, key: '', signal });
    const outcomes = new Map<Wanted, Document | Error>();
    for (const each of wanted) {
      const parameter = answer.Parameters?.find(({ Name, ARN }) => each.id === Name || each.id === ARN);
      if (parameter) outcomes.set(each, documentOf(parameter, each.key, call));
      else if (answer.InvalidParameters?.includes(each.id)) outcomes.set(each, providerErrors.NOT_FOUND({ key: each.key }));
    }
    return outcomes;
  }

  async readOne(wanted: Wanted, signal: AbortSignal): Promise<Document> {
    return wanted.metadata ? this.#tags(wanted, signal) : this.#value(wanted, signal);
  }

  async #value(wanted: Wanted, signal: AbortSignal): Promise<Document> {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    const { key } = wanted;
    const command = new GetParameterCommand({ Name: selectorOf(wanted), WithDecryption: true });
    const call = 'GetParameter';
    const { Parameter } = await this.#service.call((client, abort) => client.send(command, abort), { call, key, signal });
    const document = documentOf(Parameter, key, call);
    if (document instanceof Error) throw document;
    return document;
  }

  /** Tags belong to the parameter, whatever its version. */
  async #tags({ id, key }: Wanted, signal: AbortSignal): Promise<Document> {
    const { ListTagsForResourceCommand } = await import('@aws-sdk/client-ssm');
    const command = new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: id });
    const asked = { call: 'ListTagsForResource', key, signal };
    const { TagList } = await this.#service.call((client, abort) => client.send(command, abort), asked);
    return tagDocument(TagList, key);
  }
}

/** `name:version` or `name:label` (Systems Manager, "Working with parameter versions"). */
function selectorOf({ id, version }: Wanted): string {
  return version === undefined ? id : `${id}:${version}`;
}

function documentOf(parameter: Parameter | undefined, key: string, call: string): Document | Error {
  if (parameter?.Value === undefined) return providerErrors.BAD_ANSWER({ because: `${call} of ${key}: no value in it` });
  return jsonDocument(new TextEncoder().encode(parameter.Value), { key, objects: 'raw' });
}
