import { isSignetError } from '@signet/errors';
import { providerErrors } from '@signet/provider';
import type { RemoteRef } from '@signet/provider';
import { nestedMap } from '@signet/template';
import type { Templated, WebhookConfig } from './config.ts';

/** What templates are rendered over. */
export interface TemplateData {
  /** Of whoever uses the store. */
  readonly namespace: string;
  /** Keys of Secrets by the name that the configuration gives them. */
  readonly secrets: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A call, ready to be made. */
export interface WebhookRequest {
  readonly origin: string;
  /** Path and query, escaped. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/**
 * Renders one template.
 *
 * @param escaped fields of the reference are escaped for a query (Go's `url.QueryEscape`), as they are in the URL
 * @throws INVALID_CONFIG with Go's words, values hidden
 */
export function render({ field, template }: Templated, ref: RemoteRef, data: TemplateData, escaped = false): Uint8Array {
  const { key, version = '', property = '' } = ref;
  const fields = Object.entries({ key, version, property, namespace: data.namespace });
  const remoteRef = new Map(fields.map(([name, value]): [string, string] => [name, escaped ? queryEscaped(value) : value]));
  try {
    return template.render(nestedMap(merged(data.secrets, remoteRef)), { now: data.now });
  } catch (error) {
    throw providerErrors.INVALID_CONFIG({ field, because: isSignetError(error) ? error.message : 'it cannot be rendered' });
  }
}

/** A secret may be called `remoteRef`; its keys come on top. */
function merged(
  secrets: TemplateData['secrets'],
  remoteRef: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlyMap<string, Uint8Array | string>> {
  const all = new Map<string, ReadonlyMap<string, Uint8Array | string>>([['remoteRef', remoteRef]]);
  for (const [name, values] of secrets) all.set(name, new Map([...(all.get(name) ?? []), ...values]));
  return all;
}

/** The call for one reference. @throws INVALID_CONFIG */
export function requestFor(config: WebhookConfig, ref: RemoteRef, data: TemplateData): WebhookRequest {
  const text = Buffer.from(render(config.url, ref, data, true))
    .toString('utf8')
    .trim();
  const url = urlOf(text, config.url.field);
  const headers: Record<string, string> = {};
  for (const [name, templated] of config.headers) {
    // One char per byte: that is how the HTTP client puts it on the wire.
    const value = Buffer.from(render(templated, ref, data))
      .toString('latin1')
      .trim();
    // oxlint-disable-next-line no-control-regex -- a header that goes on to the next line is another header
    if (/[\u0000\r\n]/.test(value)) throw invalid(templated.field, 'it has more than one line, and a header has one');
    headers[name] = value;
  }
  if (url.username && !Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')) {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['Authorization'] = `Basic ${Buffer.from(user).toString('base64')}`;
  }
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: config.method,
    headers,
    body: config.body && render(config.body, ref, data),
  };
}

function urlOf(text: string, field: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid(field, 'what it gives is no URL with http:// or https://');
  const written = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(text)?.[1] ?? '';
  // A key of a tenant may not lead out of the path that the store gives it.
  if (written.split(/[/\\]/).some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) {
    throw invalid(field, 'what it gives has . or .. as a part of its path');
  }
  return url;
}

/** Go's `url.QueryEscape`. */
export function queryEscaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function invalid(field: string, because: string): Error {
  return providerErrors.INVALID_CONFIG({ field, because });
}
