import { retryAfterOf, troubleOf } from '@signet/provider';
import type { Trouble } from '@signet/provider';
import { describe, expect, test } from 'vitest';
import { faultOfItem, faultOfSdk } from './fault.ts';
import type { Fault } from './fault.ts';

// Sources: API references of Secrets Manager, Systems Manager and STS, "Errors" of each call and "Common error types".

const attempt = { call: 'GetSecretValue', key: 'db', now: Date.parse('2026-01-01T00:00:00Z') };

/** An error as the SDK makes it of an answer. */
function answered(name: string, more: { readonly message?: string; readonly status?: number; readonly headers?: object } = {}) {
  const { message = 'arn:aws:iam::123456789012:user/app', status = 400, headers = {} } = more;
  const parts = { name, $fault: 'client', $metadata: { httpStatusCode: status }, $response: { statusCode: status, headers } };
  return Object.assign(new Error(message), parts);
}

const rows: readonly (readonly [string, Trouble, Fault['mend']])[] = [
  ['ResourceNotFoundException', 'missing', undefined],
  ['ParameterNotFound', 'missing', undefined],
  ['ParameterVersionNotFound', 'missing', undefined],
  ['InvalidResourceId', 'missing', undefined],
  ['ThrottlingException', 'throttled', undefined],
  ['Throttling', 'throttled', undefined],
  ['TooManyRequestsException', 'throttled', undefined],
  ['RequestLimitExceeded', 'throttled', undefined],
  ['AccessDeniedException', 'denied', undefined],
  ['AccessDenied', 'denied', undefined],
  ['DecryptionFailure', 'denied', undefined],
  ['InvalidKeyId', 'denied', undefined],
  ['IDPRejectedClaim', 'denied', undefined],
  ['InvalidIdentityToken', 'denied', undefined],
  ['KMSDisabledException', 'denied', undefined],
  ['UnrecognizedClientException', 'denied', 'login'],
  ['ExpiredTokenException', 'denied', 'login'],
  ['ExpiredToken', 'denied', 'login'],
  ['InvalidClientTokenId', 'denied', 'login'],
  ['InvalidSignatureException', 'denied', 'login'],
  ['SignatureDoesNotMatch', 'denied', 'login'],
  ['InternalServiceError', 'unavailable', undefined],
  ['InternalServerError', 'unavailable', undefined],
  ['ServiceUnavailable', 'unavailable', undefined],
  ['IDPCommunicationError', 'unavailable', undefined],
  ['ValidationException', 'invalid', undefined],
  ['InvalidParameterException', 'invalid', undefined],
  ['MalformedPolicyDocument', 'invalid', undefined],
];

describe('errors of AWS', () => {
  test.each(rows)('%s is %s, mended by %s', (name, trouble, mend) => {
    const fault = faultOfSdk(answered(name), attempt);
    expect([troubleOf(fault.error), fault.mend]).toEqual([trouble, mend]);
    expect(fault.error.message, 'the text of AWS names accounts').not.toContain('123456789012');
  });

  test.each(rows.filter(([, trouble]) => trouble === 'denied' || trouble === 'missing'))(
    '%s of an item in a batch is %s too',
    (code, trouble) => {
      expect(troubleOf(faultOfItem({ code, message: '' }, attempt).error)).toBe(trouble);
    },
  );

  test('a code in an ErrorType header with a namespace is the same code', () => {
    expect(troubleOf(faultOfItem({ code: 'com.amazonaws.ssm#ParameterNotFound', message: '' }, attempt).error)).toBe('missing');
  });

  test.each([
    ["You can't perform this operation on the secret because it was marked for deletion.", 'missing'],
    ['You can’t perform this operation on the secret because it was deleted.', 'invalid'],
    ['The parameter is invalid', 'invalid'],
  ])('an invalid request saying %j is %s', (message, trouble) => {
    expect(troubleOf(faultOfSdk(answered('InvalidRequestException', { message }), attempt).error)).toBe(trouble);
  });

  test.each([
    [503, 'unavailable'],
    [500, 'unavailable'],
    [429, 'throttled'],
    [403, 'denied'],
    [408, 'unavailable'],
  ])('an unknown code, or none that can be read, counts as its status %d', (status, trouble) => {
    expect(troubleOf(faultOfSdk(answered('NeverHeardOf', { status }), attempt).error)).toBe(trouble);
    const unread = Object.assign(new SyntaxError('Unexpected token < in "hunter2"'), { $metadata: { httpStatusCode: status } });
    const { error } = faultOfSdk(unread, attempt);
    expect(troubleOf(error)).toBe(trouble);
    expect(error.message).not.toContain('hunter2');
  });

  test('an answer with status 200 that cannot be read is a bad answer, and shows nothing of it', () => {
    const unread = Object.assign(new SyntaxError('Unexpected token h in "hunter2"'), { $metadata: { httpStatusCode: 200 } });
    const { error } = faultOfSdk(unread, attempt);
    expect(error.code).toBe('SIGNET_PROVIDER_BAD_ANSWER');
    expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain('hunter2');
  });

  test.each([
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
    [undefined, undefined],
  ])('Retry-After %s is %s ms', (header, expected) => {
    const { error } = faultOfSdk(answered('ThrottlingException', { headers: { 'retry-after': header } }), attempt);
    expect(retryAfterOf(error)).toBe(expected);
  });

  test('clocks that are apart are mended by the time of the answer, and only such errors are', () => {
    const skewed = (name: string) => {
      const error = answered(name);
      return Object.assign(error, { $metadata: { ...error.$metadata, clockSkewCorrected: true } });
    };
    expect(faultOfSdk(skewed('InvalidSignatureException'), attempt).mend).toBe('clock');
    expect(faultOfSdk(skewed('RequestTimeTooSkewed'), attempt).mend).toBe('clock');
    expect(faultOfSdk(skewed('ResourceNotFoundException'), attempt).mend).toBeUndefined();
    expect(faultOfSdk(skewed('ExpiredTokenException'), attempt).mend).toBe('login');
  });
});
