import { describe, expect, test } from 'vitest';
import { retryAfterOf, troubleOf } from '../errors.ts';
import { causeOf, faultOf, retryAfterMs } from './fault.ts';

const now = Date.UTC(2026, 0, 1);

describe('Retry-After (RFC 9110 section 10.2.3)', () => {
  test.each([
    ['7', 7000],
    [' 0 ', 0],
    ['1.5', 1500],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['999999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe('the status of an answer', () => {
  test.each([
    [200, undefined, undefined, undefined],
    [307, undefined, undefined, undefined],
    [404, undefined, undefined, undefined],
    [400, undefined, 'invalid', undefined],
    [401, undefined, 'denied', undefined],
    [403, undefined, 'denied', undefined],
    [408, undefined, 'unavailable', undefined],
    [418, '9', 'invalid', undefined],
    [429, '9', 'throttled', 9000],
    [429, undefined, 'throttled', undefined],
    [500, undefined, 'unavailable', undefined],
    [503, '9', 'unavailable', 9000],
  ])('%i with Retry-After %s is %s, come back after %s', (status, retryAfter, trouble, wait) => {
    const fault = faultOf({ status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } }, now);
    expect(fault && troubleOf(fault)).toBe(trouble);
    expect(retryAfterOf(fault)).toBe(wait);
  });
});

describe('the cause of a failed call', () => {
  const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('https://user:canary@host', { cause }), { code });
  test.each([
    [coded('ECONNREFUSED'), 'it refuses connections (ECONNREFUSED)'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), expect.stringContaining('not signed by an authority this store trusts') as string],
    [coded('ERR_NEW_ONE'), 'ERR_NEW_ONE'],
    [new Error('fetch failed', { cause: coded('CERT_HAS_EXPIRED') }), 'its certificate has expired'],
    [new AggregateError([coded('EHOSTUNREACH'), coded('ECONNREFUSED')]), 'no way leads to it (EHOSTUNREACH)'],
    [coded('ENOTFOUND'), 'its name is not known (ENOTFOUND)'],
    [coded('https://canary'), 'the call failed'],
    ['canary', 'the call failed'],
  ])('%o', (error, expected) => {
    expect(causeOf(error)).toEqual(expected);
  });
});
