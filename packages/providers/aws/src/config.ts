import type { Problem, SecretKeySelector, ServiceAccountSelector, StoreIdentity } from '@signet/provider';
import { z } from 'zod';

/** The two services that secrets are read from. */
export type Service = 'SecretsManager' | 'ParameterStore';

/** Where the first credentials come from. */
export type Auth =
  | { readonly by: 'service account'; readonly serviceAccount: ServiceAccountSelector }
  | {
      readonly by: 'access key';
      readonly accessKeyId: SecretKeySelector;
      readonly secretAccessKey: SecretKeySelector;
      readonly sessionToken: SecretKeySelector | undefined;
    }
  | { readonly by: 'surroundings' };

/** A role that is assumed with the credentials before it. */
export interface RoleStep {
  readonly role: string;
  readonly externalId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
}

/** Tags that say who asks, for policies by attribute. `namespaced`: the namespace of the ExternalSecret is one of them. */
export interface SessionTags {
  readonly given: Readonly<Record<string, string>>;
  readonly namespaced: boolean;
  readonly custom: Readonly<Record<string, string>>;
}

/** The configuration below `spec.provider.aws`, as far as reading needs it. */
export interface AwsConfig {
  readonly service: Service;
  readonly region: string;
  /** Goes before every key. */
  readonly prefix: string;
  readonly auth: Auth;
  /** Assumed in order, without tags. */
  readonly additionalRoles: readonly string[];
  /** Assumed last; the only one with external id and tags (external-secrets v2.9). */
  readonly role: string | undefined;
  readonly externalId: string | undefined;
  readonly tags: SessionTags;
  readonly transitiveTagKeys: readonly string[];
}

const named = z.string().min(1);
const secretKey = z.object({ name: named, namespace: z.string().optional(), key: named });
const tag = z.object({ key: named, value: z.string() });

const schema = z.object({
  service: z
    .enum(['SecretsManager', 'ParameterStore', 'CertificateManager'])
    .refine((service) => service !== 'CertificateManager', {
      message: 'certificates of AWS Certificate Manager are not supported; choose SecretsManager or ParameterStore',
    }),
  // A label of a host name: the address of the service is made of it.
  region: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i, { message: 'this is not a region, such as eu-central-1' }),
  prefix: z.string().optional(),
  role: z.string().optional(),
  additionalRoles: z.array(named).optional(),
  externalID: z.string().optional(),
  sessionTags: z.array(tag).optional(),
  sessionTagsPolicy: z.enum(['None', 'Simple', 'Custom', '']).optional(),
  customSessionTags: z.record(z.string(), z.string()).optional(),
  transitiveTagKeys: z.array(z.string()).optional(),
  secretsManager: z
    .object({
      forceDeleteWithoutRecovery: z.boolean().optional(),
      recoveryWindowInDays: z.int().optional(),
    })
    .refine(({ recoveryWindowInDays: days }) => !days || (days >= 7 && days <= 30), {
      path: ['recoveryWindowInDays'],
      message: 'the recovery window has 7 to 30 days',
    })
    .refine(({ forceDeleteWithoutRecovery, recoveryWindowInDays }) => !(forceDeleteWithoutRecovery && recoveryWindowInDays), {
      message: 'forceDeleteWithoutRecovery and recoveryWindowInDays exclude each other',
    })
    .optional(),
  auth: z
    .object({
      jwt: z
        .object({
          serviceAccountRef: z.object({
            name: named,
            namespace: z.string().optional(),
            audiences: z.array(z.string()).optional(),
          }),
        })
        .optional(),
      secretRef: z
        .object({
          accessKeyIDSecretRef: secretKey,
          secretAccessKeySecretRef: secretKey,
          sessionTokenSecretRef: secretKey.optional(),
        })
        .optional(),
    })
    .optional(),
});

type Written = z.infer<typeof schema>;

/**
 * Reads the configuration. Fields it does not know are left alone. Namespaces of selectors are judged when they are used, in one place for
 * all providers.
 */
export function readConfig(
  config: unknown,
): { readonly config: AwsConfig; readonly problems: readonly [] } | { readonly problems: readonly [Problem, ...Problem[]] } {
  const read = schema.safeParse(withoutEmpty(config));
  if (read.success) return { config: configOf(read.data), problems: [] };
  const [first, ...more] = read.error.issues.map(problemOf);
  return { problems: [first ?? { field: 'aws', message: 'it cannot be read' }, ...more] };
}

/** True when a cluster store works with something of whoever uses it: credentials of their namespace, or its name as a session tag. */
export function isReferent(config: AwsConfig, store: StoreIdentity): boolean {
  if (store.kind !== 'ClusterSecretStore') return false;
  return selectorsOf(config.auth).some(({ namespace }) => !namespace) || (config.role !== undefined && config.tags.namespaced);
}

/** The roles to assume, with what each of them is told. `namespace`: of whoever uses the store. */
export function roleSteps(config: AwsConfig, store: StoreIdentity, namespace: string | undefined): readonly RoleStep[] {
  const { additionalRoles, role, externalId, tags, transitiveTagKeys } = config;
  const steps: RoleStep[] = additionalRoles.map((each) => ({ role: each }));
  if (role === undefined) return steps;
  const identity = { esoNamespace: namespace ?? '', esoStoreName: store.name, esoStoreKind: store.kind };
  const all = { ...tags.given, ...tags.custom, ...(tags.namespaced && identity) };
  return [...steps, { role, externalId, tags: all, transitiveTagKeys }];
}

function selectorsOf(auth: Auth): readonly { readonly namespace?: string | undefined }[] {
  if (auth.by === 'service account') return [auth.serviceAccount];
  if (auth.by === 'surroundings') return [];
  return [auth.accessKeyId, auth.secretAccessKey, ...(auth.sessionToken ? [auth.sessionToken] : [])];
}

function configOf(written: Written): AwsConfig {
  const policy = written.sessionTagsPolicy || 'None';
  return {
    service: written.service === 'ParameterStore' ? 'ParameterStore' : 'SecretsManager',
    region: written.region,
    prefix: written.prefix ?? '',
    auth: authOf(written.auth),
    additionalRoles: written.additionalRoles ?? [],
    role: written.role,
    externalId: written.externalID,
    tags: {
      given: Object.fromEntries((written.sessionTags ?? []).map(({ key, value }) => [key, value])),
      namespaced: policy !== 'None',
      custom: policy === 'Custom' ? nonEmpty(written.customSessionTags) : {},
    },
    transitiveTagKeys: written.transitiveTagKeys ?? [],
  };
}

/** Custom tags without a key or a value are ignored (external-secrets v2.9). */
function nonEmpty(tags: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => key !== '' && value !== ''));
}

/** The first that is set, in this order (external-secrets v2.9). */
function authOf(auth: Written['auth']): Auth {
  if (auth?.jwt) return { by: 'service account', serviceAccount: auth.jwt.serviceAccountRef };
  if (!auth?.secretRef) return { by: 'surroundings' };
  const { accessKeyIDSecretRef, secretAccessKeySecretRef, sessionTokenSecretRef } = auth.secretRef;
  return {
    by: 'access key',
    accessKeyId: accessKeyIDSecretRef,
    secretAccessKey: secretAccessKeySecretRef,
    sessionToken: sessionTokenSecretRef,
  };
}

/** Fields that are null or an empty string count as absent, as Go's readers have it. */
function withoutEmpty(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return config;
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => [name, name === 'customSessionTags' ? value : withoutEmpty(value)]),
  );
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const field = ['aws', ...issue.path.map(String)].join('.');
  const isAbsent = issue.code === 'invalid_type' && issue.input === undefined;
  return { field, message: isAbsent ? 'it is missing' : issue.message };
}
