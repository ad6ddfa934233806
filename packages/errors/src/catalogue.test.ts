import { describe, expect, test } from 'vitest';
import { catalogue, isSignetError, pagesOf, SignetError } from './catalogue.ts';

const errors = catalogue('SIGNET_TEST', {
  EXPIRED: { says: (c: { file: string }) => `${c.file} expired`, why: 'It is old.', next: 'get a new one', exit: 3 },
  PLAIN: { says: () => 'plain', why: 'Because.', next: 'nothing' },
});

describe('catalogue', () => {
  test('makes coded errors with message, reason, next step and exit code', () => {
    const error = errors.EXPIRED({ file: 'pub.pem' });
    expect(error).toBeInstanceOf(SignetError);
    expect(error).toMatchObject({ code: 'SIGNET_TEST_EXPIRED', message: 'pub.pem expired', next: 'get a new one', exit: 3 });
    expect(errors.PLAIN({}).exit).toBe(1);
  });

  test('keeps the cause and the place; the inner place wins', () => {
    const cause = new Error('inner');
    const error = errors.PLAIN({}, { cause, at: { key: 'password', line: 3 } }).within({ file: 'a.yaml', line: 1 });
    expect(error.cause).toBe(cause);
    expect(error.at).toEqual({ file: 'a.yaml', line: 3, key: 'password' });
  });

  test('lists its pages for the documentation', () => {
    expect(pagesOf(errors).map((page) => page.code)).toEqual(['SIGNET_TEST_EXPIRED', 'SIGNET_TEST_PLAIN']);
  });

  test('is recognised without instanceof', () => {
    expect(isSignetError(errors.PLAIN({}))).toBe(true);
    expect(isSignetError(new Error('other'))).toBe(false);
  });
});
