import { annotations, sealedSecretKind } from '@signet/api';
import type { Client, KubeObject, Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import type { Scope, SealingCertificate } from '@signet/sealing';
import { generateSealingKey, readCertificate, scopeAnnotations, seal } from '@signet/sealing';
import { release } from '../end-to-end/cluster.ts';

/** Where the objects are. */
export const estate = 'estate';

/** Marks a key Secret; only the value `active` makes it one. */
export const keyLabel = 'sealedsecrets.bitnami.com/sealed-secrets-key';

/** What a SealedSecret of the estate comes to under the original. */
export interface Plot {
  readonly object: KubeObject;
  readonly synced: 'True' | 'False';
  /** Secret that stands there before, with data `theirs`. */
  readonly before?: Secret;
  /** Data of its Secret in the end; undefined: there is none, or its values are left to chance. */
  readonly data?: Readonly<Record<string, string>>;
}

const day = 86_400_000;

/**
 * Key Secrets as years of use leave them: one of 2023 under a generated name, one of before v0.9 that has no label, one that was called
 * compromised. The newest is older than 30 days, so the original makes another when it starts.
 *
 * @returns the certificates by those words
 */
export async function layKeys(admin: Client, now: number): Promise<Record<'aged' | 'legacy', SealingCertificate>> {
  const lay = async (ageDays: number, metadata: object): Promise<SealingCertificate> => {
    const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048, now: new Date(now - ageDays * day) });
    const data = { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) };
    await admin.create(secrets, {
      metadata: { namespace: release.namespace, ...metadata },
      type: 'kubernetes.io/tls',
      data,
    });
    return readCertificate(certificatePem);
  };
  const generateName = 'sealed-secrets-key';
  const aged = await lay(40, { generateName, labels: { [keyLabel]: 'active' } });
  const legacy = await lay(2000, { name: generateName });
  await lay(100, { generateName, labels: { [keyLabel]: 'compromised' } });
  return { aged, legacy };
}

interface Recipe {
  readonly values?: Readonly<Record<string, string>>;
  readonly by?: SealingCertificate;
  readonly scope?: Scope;
  readonly sealedFor?: { readonly namespace?: string; readonly name?: string };
  readonly template?: Readonly<Record<string, unknown>>;
  readonly status?: object;
}

/** Every way in which the original leaves a SealedSecret and its Secret behind. */
export async function layOut(certificates: Readonly<Record<'newest' | 'aged' | 'legacy', SealingCertificate>>): Promise<Plot[]> {
  const sealed = async (name: string, recipe: Recipe = {}): Promise<KubeObject> => {
    const { values = { word: name }, by = certificates.newest, scope = 'strict', sealedFor, template, status } = recipe;
    const place = { namespace: estate, name, ...sealedFor };
    const encryptedData: Record<string, string> = {};
    for (const [key, value] of Object.entries(values)) encryptedData[key] = await seal(utf8(value), by, { scope, ...place });
    const { metadata: more, ...rest } = (template ?? {}) as { metadata?: object };
    return {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: sealedSecretKind.kind,
      metadata: { name, namespace: estate, ...(scope !== 'strict' && { annotations: scopeAnnotations(scope) }) },
      spec: { encryptedData, template: { metadata: { name, namespace: estate, ...more }, ...rest } },
      ...(status && { status }),
    };
  };
  const good = async (name: string, recipe: Recipe = {}, data: Readonly<Record<string, string>> = {}): Promise<Plot> => ({
    object: await sealed(name, recipe),
    synced: 'True',
    data: { ...(recipe.values ?? { word: name }), ...data },
  });
  const standing = (name: string, ...marks: string[]): Secret => ({
    metadata: { namespace: estate, name, annotations: Object.fromEntries(marks.map((mark) => [mark, 'true'])) },
    data: { theirs: base64('1') },
  });
  return [
    await good('plain'),
    await good('by-aged', { by: certificates.aged }),
    await good('by-legacy', { by: certificates.legacy }),
    await good('namespace-wide', { scope: 'namespace-wide' }),
    await good('cluster-wide', { scope: 'cluster-wide' }),
    await good('marked', { template: { metadata: { labels: { app: 'x' }, annotations: { note: 'y' } } } }),
    await good('typed', { values: { '.dockerconfigjson': '{"auths":{}}' }, template: { type: 'kubernetes.io/dockerconfigjson' } }),
    await good('immutable', { template: { immutable: true } }),
    await good('empty-value', { values: { none: '', some: '1' } }),
    // As kubeseal wrote it years ago.
    await good('of-old-kubeseal', { template: { data: null, metadata: { creationTimestamp: null } }, status: {} }),
    await good(
      'rendered',
      {
        values: { user: 'u', password: 'p' },
        template: { data: { url: 'db://{{ .user }}:{{ .password }}@{{ .host }}', host: 'h' } },
      },
      { url: 'db://u:p@h', host: 'h' },
    ),
    { object: await sealed('random', { template: { data: { token: '{{ randAlphaNum 20 }}' } } }), synced: 'True' },
    { ...(await good('managed')), before: standing('managed', annotations.managed) },
    { ...(await good('patched', {}, { theirs: '1' })), before: standing('patched', annotations.patch) },
    {
      ...(await good('managed-patched', {}, { theirs: '1' })),
      before: standing('managed-patched', annotations.managed, annotations.patch),
    },
    { object: await wholeSecret('whole', certificates.aged), synced: 'True', data: { word: 'whole' } },
    // The original makes this Secret and then says it is not its own.
    {
      ...(await good('ownerless', { template: { metadata: { annotations: { [annotations.skipSetOwnerReferences]: 'true' } } } })),
      synced: 'False',
    },
    { object: await sealed('renamed', { sealedFor: { name: 'other' } }), synced: 'False' },
    { object: await sealed('blocked'), synced: 'False', before: standing('blocked'), data: { theirs: '1' } },
  ];
}

/** A complete Secret sealed as one, as before v0.7. */
async function wholeSecret(name: string, by: SealingCertificate): Promise<KubeObject> {
  const secret = { metadata: { name, labels: { age: 'old' } }, type: 'Opaque', data: { word: base64(name) } };
  const data = await seal(utf8(JSON.stringify(secret)), by, { scope: 'strict', namespace: estate, name });
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: sealedSecretKind.kind,
    metadata: { name, namespace: estate },
    spec: { data, encryptedData: {} },
  };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
