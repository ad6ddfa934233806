import type { Parameter, ParameterMetadata, ParameterStringFilter, SSMClient } from '@aws-sdk/client-ssm';
import { namePattern, troubleOf } from '@signet/provider';
import type { FindQuery } from '@signet/provider';
import { isOfLogin } from '../credentials/login.ts';
import { allPages } from '../paging.ts';
import type { Service } from '../service.ts';
import type { Wanted } from '../wanted.ts';

/** What was found: values as far as the listing brought them, the rest is to be read. */
export interface FoundParameters {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly toRead: readonly Wanted[];
}

/**
 * The parameters that match. By name: a walk below `path` (or `/`) that brings the values; when that is not allowed, and when tags are asked
 * for, names first and values after.
 */
export async function findParameters(query: FindQuery, service: Service<SSMClient>, signal: AbortSignal): Promise<FoundParameters> {
  const isMatch = query.name === undefined ? () => true : namePattern(query.name);
  if (Object.keys(query.tags ?? {}).length === 0) {
    try {
      const found = await walk(query.path || '/', service, signal);
      const matching = found.filter(({ Name = '' }) => isMatch(Name));
      return { values: new Map(matching.map(({ Name = '', Value = '' }) => [Name, new TextEncoder().encode(Value)])), toRead: [] };
    } catch (error) {
      if (troubleOf(error) !== 'denied' || isOfLogin(error)) throw error;
    }
  }
  const described = await describe(query, service, signal);
  const names = described.flatMap(({ Name }) => (Name !== undefined && isMatch(Name) ? [Name] : []));
  return { values: new Map(), toRead: names.map((name) => ({ id: name, key: name, version: undefined, metadata: false })) };
}

async function walk(path: string, service: Service<SSMClient>, signal: AbortSignal): Promise<readonly Parameter[]> {
  const { GetParametersByPathCommand } = await import('@aws-sdk/client-ssm');
  const call = 'GetParametersByPath';
  return allPages<Parameter>(call, async (token) => {
    const command = new GetParametersByPathCommand({
      Path: path,
      Recursive: true,
      WithDecryption: true,
      MaxResults: 10,
      ...(token !== undefined && { NextToken: token }),
    });
    const page = await service.call((client, abort) => client.send(command, abort), { call, key: path, signal });
    return { items: page.Parameters ?? [], next: page.NextToken };
  });
}

async function describe(
  { path, tags = {} }: FindQuery,
  service: Service<SSMClient>,
  signal: AbortSignal,
): Promise<readonly ParameterMetadata[]> {
  const { DescribeParametersCommand } = await import('@aws-sdk/client-ssm');
  const filters: ParameterStringFilter[] = [
    ...Object.entries(tags).map(([key, value]) => ({ Key: `tag:${key}`, Option: 'Equals', Values: [value] })),
    ...(path ? [{ Key: 'Path', Option: 'Recursive', Values: [path] }] : []),
  ];
  // The metrics of external-secrets call it so.
  const call = 'DescribeParameter';
  return allPages<ParameterMetadata>(call, async (token) => {
    const command = new DescribeParametersCommand({
      MaxResults: 50,
      ...(filters.length > 0 && { ParameterFilters: filters }),
      ...(token !== undefined && { NextToken: token }),
    });
    const page = await service.call((client, abort) => client.send(command, abort), { call, key: path ?? '', signal });
    return { items: page.Parameters ?? [], next: page.NextToken };
  });
}
