import type { Filter, SecretListEntry, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { namePattern } from '@signet/provider';
import type { FindQuery } from '@signet/provider';
import { allPages } from '../paging.ts';
import type { Service } from '../service.ts';
import { hasTags } from '../tags.ts';
import type { Wanted } from '../wanted.ts';

/** ListSecrets takes so many filters. */
const maxFilters = 10;

/**
 * The secrets that match: names of all, then the values of those that match, in batches. `path` is how a name begins.
 *
 * The filters of the service only make its answer shorter: they match beginnings, and keys and values of tags apart from each other.
 */
export async function findSecrets(
  query: FindQuery,
  service: Service<SecretsManagerClient>,
  signal: AbortSignal,
): Promise<readonly Wanted[]> {
  const { ListSecretsCommand } = await import('@aws-sdk/client-secrets-manager');
  const { path = '', tags = {} } = query;
  const isNamed = query.name === undefined ? () => true : namePattern(query.name);
  const filters = filtersOf(path, tags);
  const call = 'ListSecrets';
  const entries = await allPages<SecretListEntry>(call, async (token) => {
    const command = new ListSecretsCommand({
      MaxResults: 100,
      ...(filters.length > 0 && { Filters: filters }),
      ...(token !== undefined && { NextToken: token }),
    });
    const page = await service.call((client, abort) => client.send(command, abort), { call, key: '', signal });
    return { items: page.SecretList ?? [], next: page.NextToken };
  });
  return entries.flatMap(({ Name = '', ARN = Name, Tags, DeletedDate }) => {
    const isMatch = !DeletedDate && Name.startsWith(path) && isNamed(Name) && hasTags(Tags, tags);
    return isMatch ? [{ id: ARN, key: Name, version: undefined, metadata: false }] : [];
  });
}

function filtersOf(path: string, tags: Readonly<Record<string, string>>): Filter[] {
  const all: Filter[] = [
    { Key: 'name', Values: [path] },
    ...Object.entries(tags).flatMap(([key, value]): Filter[] => [
      { Key: 'tag-key', Values: [key] },
      { Key: 'tag-value', Values: [value] },
    ]),
  ];
  // A leading `!` would turn the filter around.
  return all.filter(({ Values: [value = ''] = [] }) => value !== '' && !value.startsWith('!')).slice(0, maxFilters);
}
