import { describe, expect, test } from 'vitest';
import { isAlreadyExists, isConflict, isGone, isNotFound } from './api-error.ts';
import { errorOfAnswer, redactValues, retryAfterMs } from './status.ts';

const secretPath = '/api/v1/namespaces/web/secrets/db';

function refused(body: unknown, over: Partial<Parameters<typeof errorOfAnswer>[0]> = {}): ReturnType<typeof errorOfAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return errorOfAnswer(
    {
      status: 422,
      headers: {},
      body: Buffer.from(text),
      verb: 'PUT',
      path: '/api/v1/namespaces/web/configmaps/a',
      sentBody: true,
      ...over,
    },
    0,
  );
}

const status = (over: object): object => ({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...over });

describe('a Status becomes an ApiError', () => {
  test('with reason, message, causes and wait', () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: "x": no', field: 'spec.a' }];
    const error = refused(
      status({ reason: 'Invalid', message: 'it is invalid', code: 422, details: { causes, retryAfterSeconds: 3 } }),
    );
    expect(error).toMatchObject({
      code: 'SIGNET_KUBE_API_INVALID',
      status: 422,
      reason: 'Invalid',
      message: 'PUT /api/v1/namespaces/web/configmaps/a: it is invalid',
      serverMessage: 'it is invalid',
      details: { causes },
      retryAfterMs: 3000,
    });
  });

  const rows: readonly [number, string, string, (error: unknown) => boolean][] = [
    [404, 'NotFound', 'SIGNET_KUBE_API_NOT_FOUND', isNotFound],
    [409, 'Conflict', 'SIGNET_KUBE_API_CONFLICT', isConflict],
    [409, 'AlreadyExists', 'SIGNET_KUBE_API_ALREADY_EXISTS', isAlreadyExists],
    [410, 'Expired', 'SIGNET_KUBE_API_GONE', isGone],
  ];
  test.each(rows)('%s %s -> %s', (code, reason, expected, is) => {
    const error = refused(status({ reason, code }), { status: code });
    expect(error.code).toBe(expected);
    expect([isNotFound, isConflict, isAlreadyExists, isGone].filter((each) => each(error))).toEqual([is]);
  });

  test.each([
    [400, 'API_BAD_REQUEST'],
    [401, 'API_UNAUTHORIZED'],
    [403, 'API_FORBIDDEN'],
    [418, 'API_REFUSED'],
    [429, 'API_TOO_MANY_REQUESTS'],
    [500, 'API_UNAVAILABLE'],
    [503, 'API_UNAVAILABLE'],
  ])('%s without a Status -> %s', (code, expected) => {
    expect(refused('nothing', { status: code }).code).toBe(`SIGNET_KUBE_${expected}`);
  });
});

describe('values of Secrets stay out', () => {
  // Formats of k8s.io/apimachinery field errors and of json-iterator decoding errors.
  const rows: readonly [string, string][] = [
    [
      'data[a b]: Invalid value: "hunter2": a valid config key must',
      'data[a b]: Invalid value: [redacted]: a valid config key must',
    ],
    [String.raw`x: Invalid value: "a\"hunter2\\": must`, 'x: Invalid value: [redacted]: must'],
    ['x: Invalid value: "hunter2', 'x: Invalid value: [redacted]'],
    ['x: Invalid value: map[string]string{"a":"b: hunter2"}: bad', 'x: Invalid value: [redacted]'],
    [
      '[a: Invalid value: "hunter2": m, b: Unsupported value: "hunter2": n]',
      '[a: Invalid value: [redacted]: m, b: Unsupported value: [redacted]: n]',
    ],
    ['a: Duplicate value: "hunter2"', 'a: Duplicate value: [redacted]'],
    ['a: Invalid value: "hun\nter2": no', 'a: Invalid value: [redacted]: no'],
    [
      'found in #10 byte of ...|d":"hunter2"}|..., bigger context ...|{"password":"hunter2"}|...',
      'found in #10 byte of [redacted]',
    ],
    ['secrets "db" not found', 'secrets "db" not found'],
  ];
  test.each(rows)('%s', (message, expected) => {
    expect(redactValues(message)).toBe(expected);
  });

  test('in the message and the causes of an error about a Secret, and only there', () => {
    const invalid = status({
      message: 'Invalid value: "hunter2": no',
      details: { causes: [{ message: 'Invalid value: "hunter2": no', field: 'data' }] },
    });
    for (const path of [secretPath, '/api/v1/namespaces/web/secrets', '/api/v1/secrets', `/prefix${secretPath}`]) {
      const { message, serverMessage, details } = refused(invalid, { path });
      expect(JSON.stringify([message, serverMessage, details])).not.toContain('hunter2');
    }
    expect(refused(invalid).message).toContain('hunter2');
  });

  test('text that is no Status is quoted only for requests without a body, and not for Secrets', () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    expect(refused('no endpoints\n available', { status: 503, headers, sentBody: false }).serverMessage).toBe(
      'the server answered 503: no endpoints available',
    );
    expect(refused('hunter2', { headers, sentBody: true }).message).not.toContain('hunter2');
    expect(refused('hunter2', { headers, sentBody: false, path: secretPath }).message).not.toContain('hunter2');
  });
});

test.each([
  ['5', 5000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:00:09 GMT', 9000],
  ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s -> %s ms', (header, expected) => {
  expect(retryAfterMs(header, 0)).toBe(expected);
});
