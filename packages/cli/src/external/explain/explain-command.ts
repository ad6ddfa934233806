import { clusterSecretStoreKind, readExternalSecret, readSecretStore, secretStoreKind } from '@signet/api';
import type { ExternalSecret, StoreRef } from '@signet/api';
import { isApiError, isNotFound, secrets } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { withCluster } from '../../certificate/cluster-connection.ts';
import type { ClusterFlags } from '../../certificate/cluster-connection.ts';
import type { Io } from '../../console/io.ts';
import { mapConcurrent } from '../../console/map-concurrent.ts';
import { externalErrors } from '../errors.ts';
import { findExternalSecret } from '../find-object.ts';
import { explain } from './explain.ts';
import type { SecretSeen, StoreState } from './explain.ts';
import { explanationText } from './explanation-text.ts';

/** Options of `signet external explain`. */
export interface ExplainFlags extends ClusterFlags {
  readonly namespace?: string | undefined;
  readonly output?: 'text' | 'json' | undefined;
}

/** `signet external explain`: where each key of the Secret of an ExternalSecret comes from, in names. Values are not even asked for. */
export async function explainCommand(name: string, flags: ExplainFlags, io: Io): Promise<void> {
  await withCluster(flags, io.env, async (client, connection) => {
    const namespace = flags.namespace ?? connection.namespace ?? 'default';
    const found = await findExternalSecret(client, { namespace, name }, io.signal);
    if (!found) throw externalErrors.NOT_FOUND({ namespace, names: [name] });
    const es = readExternalSecret(found);
    const [secret, stores] = await Promise.all([seenSecret(client, es, io.signal), statesOf(client, es, io.signal)]);
    const explanation = explain(es, secret, stores);
    await io.out(
      flags.output === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : explanationText(explanation, io.now().getTime()),
    );
  });
}

/** Of the Secret its metadata only: the API server leaves the data out, so no value comes near this program. */
async function seenSecret(client: Client, { metadata, spec }: ExternalSecret, signal: AbortSignal): Promise<SecretSeen> {
  if (spec.target.manifest || spec.target.name === '') return 'missing';
  const ref = { namespace: metadata.namespace, name: spec.target.name };
  const found = await seen(client.get<KubeObject>(secrets, ref, { metadataOnly: true, signal }));
  return typeof found === 'string' ? found : found.metadata;
}

async function statesOf(client: Client, es: ExternalSecret, signal: AbortSignal): Promise<StoreState[]> {
  const refs = new Map<string, StoreRef>();
  const { secretStoreRef, data, dataFrom } = es.spec;
  for (const ref of [secretStoreRef, ...[...data, ...dataFrom].map(({ sourceRef }) => sourceRef?.storeRef)])
    if (ref && ref.name !== '') refs.set(`${ref.kind}/${ref.name}`, ref);
  return mapConcurrent([...refs], { limit: 8 }, async ([store, { kind, name }]) => {
    const answer =
      kind === 'ClusterSecretStore'
        ? client.get<KubeObject>(clusterSecretStoreKind, { name }, { signal })
        : client.get<KubeObject>(secretStoreKind, { namespace: es.metadata.namespace, name }, { signal });
    const found = await seen(answer);
    if (typeof found === 'string') return { store, seen: found, provider: undefined, ready: undefined, message: undefined };
    const { spec, status } = readSecretStore(found);
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const [provider] = Object.keys(spec.provider);
    return { store, seen: 'found' as const, provider, ready: ready?.status, message: ready?.message };
  });
}

/** What is there, or why it is not seen. */
async function seen<T>(answer: Promise<T>): Promise<T | 'missing' | 'forbidden'> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return 'missing';
    if (isApiError(error) && error.status === 403) return 'forbidden';
    throw error;
  }
}
