import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { queryEscaped, requestFor } from './request.ts';
import type { TemplateData } from './request.ts';

const data: TemplateData = {
  namespace: 'team-a',
  secrets: new Map([
    [
      'auth',
      new Map([
        ['user', Buffer.from('ann')],
        ['key', Buffer.from('s3cret/+ä')],
        ['lines', Buffer.from('a\r\nX-Evil: 1')],
      ]),
    ],
  ]),
  now: () => Date.UTC(2026, 0, 1),
};

function request(
  config: object,
  ref: { readonly key: string; readonly version?: string; readonly property?: string } = { key: 'db' },
) {
  const read = readConfig({ url: 'https://host/', ...config });
  if (!read.config) throw new Error(JSON.stringify(read.problems));
  return requestFor(read.config, ref, data);
}

// Source: Go 1.26 url.QueryEscape.
test('fields are escaped in the URL as Go escapes a query', () => {
  expect(queryEscaped("a b/c!'()*~-_.ä+&%")).toBe('a+b%2Fc%21%27%28%29%2A~-_.%C3%A4%2B%26%25');
});

describe('a request', () => {
  test('has the fields of the reference escaped in the URL and raw elsewhere; secrets are raw everywhere', () => {
    const made = request(
      {
        url: 'https://host:8443/get/{{ .remoteRef.key }}?v={{ .remoteRef.version }}&p={{ .remoteRef.property }}&n={{ .remoteRef.namespace }}&t={{ .auth.user }}',
        method: 'post',
        headers: {
          'X-Key': '{{ .remoteRef.key }}',
          Authorization: 'Bearer {{ .auth.key | b64enc }}',
          Host: 'other',
          'Content-Length': '5',
        },
        body: '{"key":{{ .remoteRef.key | toJson }}}',
      },
      { key: 'a b/c', version: 'v&1', property: 'p' },
    );
    expect(made).toMatchObject({
      origin: 'https://host:8443',
      path: '/get/a+b%2Fc?v=v%261&p=p&n=team-a&t=ann',
      method: 'POST',
      headers: { 'X-Key': 'a b/c', Authorization: `Bearer ${Buffer.from('s3cret/+ä').toString('base64')}` },
    });
    expect(Object.keys(made.headers)).toEqual(['X-Key', 'Authorization']);
    expect(Buffer.from(made.body ?? []).toString()).toBe('{"key":"a b/c"}');
  });

  test('carries bytes of a header as they are', () => {
    expect(request({ headers: { 'X-A': '{{ .auth.key }}' } }).headers['X-A']).toBe(Buffer.from('s3cret/+ä').toString('latin1'));
  });

  test('signs on with the name and password of the URL, as Go does', () => {
    const made = request({ url: 'https://ann:p%40ss@host/x' });
    expect(made.headers['Authorization']).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
    expect(made.origin + made.path).toBe('https://host/x');
  });

  test.each([
    ['a header of two lines', { headers: { 'X-A': '{{ .auth.lines }}' } }, 'webhook.headers.X-A'],
    ['no URL', { url: '{{ .auth.user }}' }, 'webhook.url'],
    ['another scheme', { url: 'file:///etc/{{ .remoteRef.key }}' }, 'webhook.url'],
    ['a template that fails', { body: '{{ fail .auth.key }}' }, 'webhook.body'],
  ])('with %s is refused, without the value', (_what, config, field) => {
    const refused = expect.objectContaining({
      code: 'SIGNET_PROVIDER_INVALID_CONFIG',
      message: expect.stringContaining(field) as string,
    });
    expect(() => request(config)).toThrow(refused as Error);
    expect(() => request(config)).not.toThrow(/s3cret|Evil/);
  });

  test.each([
    ['..', false],
    ['.', false],
    ['../../etc', true], // escaped: one part of the path
    ['%2e%2e', true], // escaped once more
    ['a..b', true],
  ])('promise 10: the key %s does not lead out of its path (is sent: %s)', (key, isSent) => {
    const send = (): string => request({ url: 'https://host/team/{{ .remoteRef.key }}/x' }, { key }).path;
    const sent = isSent ? `/team/${queryEscaped(key)}/x` : undefined;
    expect(pathOf(send)).toBe(sent);
  });
});

/** The path, or nothing if it was refused. */
function pathOf(send: () => string): string | undefined {
  try {
    return send();
  } catch {
    return undefined;
  }
}

test('promise 10: whatever the key, the call goes to the host and below the path of the store, or nowhere', () => {
  const keys = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[./\\\\%@?#:a]{0,12}$/));
  fc.assert(
    fc.property(keys, (key) => {
      const send = (): string => {
        const made = request({ url: 'https://host/team/{{ .remoteRef.key }}/x?k={{ .remoteRef.key }}' }, { key });
        return made.origin + made.path;
      };
      const escaped = queryEscaped(key);
      expect([undefined, `https://host/team/${escaped}/x?k=${escaped}`]).toContain(pathOf(send));
    }),
  );
});

describe('a configuration that is wrong names its fields', () => {
  const rows: readonly (readonly [unknown, readonly string[]])[] = [
    [{ url: 'https://host' }, []],
    [undefined, ['webhook']],
    [{}, ['webhook.url']],
    [{ url: '' }, ['webhook.url']],
    [
      { url: 'https://{{ .a', body: '{{ nothing }}', headers: { a: '{{ end }}' } },
      ['webhook.url', 'webhook.body', 'webhook.headers.a'],
    ],
    [{ url: 'https://host', method: 'CONNECT' }, ['webhook.method']],
    [{ url: 'https://host', timeout: 'soon' }, ['webhook.timeout']],
    [{ url: 'https://host', headers: { 'a b': 'x' } }, ['webhook.headers.a b']],
    [{ url: 'https://host', caBundle: '***' }, ['webhook.caBundle']],
    [{ url: 'https://host', caProvider: { type: 'File', name: '' } }, ['webhook.caProvider.type', 'webhook.caProvider.name']],
    [{ url: 'https://host', secrets: [{ name: 'auth' }] }, ['webhook.secrets[0].secretRef']],
    [{ url: 'https://host', auth: { ntlm: { usernameSecret: {}, passwordSecret: {} } } }, ['webhook.auth']],
    [{ url: 'https://host', result: { jsonPath: '{{' } }, ['webhook.result.jsonPath']],
  ];
  test.each(rows)('%j: %j', (config, fields) => {
    expect(readConfig(config).problems.map(({ field }) => field)).toEqual(fields);
  });
});
