import type { Client, RawResponse } from '@signet/kube/client';
import { providerErrors } from '@signet/provider';

interface ResourceRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

const group = '/apis/authorization.k8s.io/v1';

/**
 * Asks the API server whether whoever the client is may read Secrets of a namespace. Its rules come first: they also show a
 * permission that is for some names only (external-secrets v2.9).
 *
 * @throws ACCESS_DENIED when it may not; what the client throws
 */
export async function mayReadSecrets(client: Client, namespace: string, signal: AbortSignal): Promise<void> {
  const ask = async (kind: string, spec: object): Promise<Record<string, unknown>> => {
    const response = await client.request({
      method: 'POST',
      path: `${group}/${kind.toLowerCase()}s`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'authorization.k8s.io/v1', kind, spec }),
      signal,
      retries: 0,
    });
    return statusOf(response);
  };
  const rules = await ask('SelfSubjectRulesReview', { namespace });
  if (((rules['resourceRules'] ?? []) as readonly ResourceRule[]).some(readsSecrets)) return;
  const access = await ask('SelfSubjectAccessReview', { resourceAttributes: { resource: 'secrets', namespace, verb: 'get' } });
  if (access['allowed'] !== true)
    throw providerErrors.ACCESS_DENIED({ because: `it may not get secrets in namespace ${namespace}` });
}

function readsSecrets({ apiGroups = [], resources = [], verbs = [] }: ResourceRule): boolean {
  const has = (list: readonly string[], wanted: string): boolean => list.includes(wanted) || list.includes('*');
  return has(resources, 'secrets') && has(verbs, 'get') && (apiGroups.length === 0 || has(apiGroups, ''));
}

function statusOf({ body }: RawResponse): Record<string, unknown> {
  try {
    const { status } = JSON.parse(Buffer.from(body).toString('utf8')) as { status?: unknown };
    if (typeof status === 'object' && status !== null) return status as Record<string, unknown>;
  } catch {
    // Told below: a parser's message would quote the answer.
  }
  throw providerErrors.BAD_ANSWER({ because: 'an access review without a status' });
}
