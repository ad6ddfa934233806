import { isSignetError } from '@signet/errors';
import type { CaSelector, Problem, SecretKeySelector, StoreIdentity } from '@signet/provider';
import { compile, externalSecretsFunctions } from '@signet/template';
import type { Template } from '@signet/template';
import { z } from 'zod';
import { durationMs } from './duration.ts';

/** A template of the configuration, and the text it was made of. */
export interface Templated {
  readonly field: string;
  readonly text: string;
  readonly template: Template;
}

/** The configuration below `spec.provider.webhook`. */
export interface WebhookConfig {
  readonly method: string;
  readonly url: Templated;
  readonly body: Templated | undefined;
  /** By name, as written. */
  readonly headers: ReadonlyMap<string, Templated>;
  readonly jsonPath: Templated | undefined;
  readonly secrets: readonly { readonly name: string; readonly selector: SecretKeySelector }[];
  readonly timeoutMs: number | undefined;
  /** PEM. */
  readonly caBundle: string | undefined;
  readonly caProvider: CaSelector | undefined;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** A call may not take longer, whatever is configured. */
const maxTimeoutMs = 300_000;
/** Written by the HTTP client; the peer drops them as well. */
const ownHeaders: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'trailer']);

const named = z.string().min(1, 'it is empty');
const secretRef = z.object({ name: named, key: z.string().nullish(), namespace: z.string().nullish() });

const schema = z.object({
  url: named,
  method: z
    .string()
    .nullish()
    .refine((method) => !method || methods.includes(method.toUpperCase()), { message: `it is one of ${methods.join(', ')}` }),
  headers: z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'this is not the name of a header'), z.string()).nullish(),
  body: z.string().nullish(),
  timeout: z
    .string()
    .nullish()
    .refine((text) => !text || durationMs(text) !== undefined, { message: 'it is not a duration, such as 10s' }),
  result: z.object({ jsonPath: z.string().nullish() }).nullish(),
  secrets: z.array(z.object({ name: named, secretRef })).nullish(),
  caBundle: z.base64('it is not base64').nullish(),
  caProvider: z
    .object({ type: z.enum(['Secret', 'ConfigMap']), name: named, key: z.string().nullish(), namespace: z.string().nullish() })
    .nullish(),
  auth: z
    .looseObject({})
    .nullish()
    .refine((auth) => !auth || Object.values(auth).every((each) => each == null), {
      message:
        'NTLM is not supported; a header can carry credentials: Authorization: Basic {{ print .auth.username ":" .auth.password | b64enc }}',
    }),
});

type Read =
  | { readonly config: WebhookConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly [Problem, ...Problem[]] };

/** Reads the configuration and compiles its templates. Fields it does not know are left alone. */
export function readConfig(config: unknown): Read {
  const read = schema.safeParse(config);
  if (!read.success) return failed(read.error.issues.map(({ path, message }) => ({ field: fieldOf(path), message })));
  const { url, method, headers, body, timeout, result, secrets, caBundle, caProvider } = read.data;
  const problems: Problem[] = [];
  const compiled = (field: string, text: string): Templated => {
    const templated = templateOf(field, text);
    if ('message' in templated) problems.push(templated);
    return templated as Templated;
  };
  const sent = Object.entries(headers ?? {}).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  const timeoutMs = durationMs(timeout ?? '') ?? 0;
  const sound: WebhookConfig = {
    method: (method || 'GET').toUpperCase(),
    url: compiled('webhook.url', url),
    body: body ? compiled('webhook.body', body) : undefined,
    headers: new Map(sent.map(([name, text]) => [name, compiled(`webhook.headers.${name}`, text)])),
    jsonPath: result?.jsonPath ? compiled('webhook.result.jsonPath', result.jsonPath) : undefined,
    secrets: (secrets ?? []).map((secret) => ({
      name: secret.name,
      selector: { name: secret.secretRef.name, ...(secret.secretRef.namespace && { namespace: secret.secretRef.namespace }) },
    })),
    timeoutMs: timeoutMs > 0 ? Math.min(timeoutMs, maxTimeoutMs) : undefined,
    caBundle: caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined,
    caProvider: caProvider
      ? {
          type: caProvider.type,
          name: caProvider.name,
          ...(caProvider.key && { key: caProvider.key }),
          ...(caProvider.namespace && { namespace: caProvider.namespace }),
        }
      : undefined,
  };
  return problems.length > 0 ? failed(problems) : { config: sound, problems: [] };
}

/** A cluster store whose credentials, or whose request, depend on the namespace of whoever uses it. */
export function isReferent({ secrets, url, body, headers, jsonPath }: WebhookConfig, store: StoreIdentity): boolean {
  if (store.kind !== 'ClusterSecretStore') return false;
  const templates = [url, body, jsonPath, ...headers.values()];
  return secrets.some(({ selector }) => !selector.namespace) || templates.some((each) => each?.text.includes('namespace'));
}

function failed(problems: readonly Problem[]): Read {
  const [first, ...others] = problems;
  return { config: undefined, problems: [first ?? { field: 'webhook', message: 'it cannot be read' }, ...others] };
}

function templateOf(field: string, text: string): Templated | Problem {
  try {
    return { field, text, template: compile(text, { name: 'webhooktemplate', functions: externalSecretsFunctions }) };
  } catch (error) {
    // Messages of templates hide what stands in them.
    return { field, message: isSignetError(error) ? error.message : 'it is not a Go template' };
  }
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, part) => field + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`), 'webhook');
}
