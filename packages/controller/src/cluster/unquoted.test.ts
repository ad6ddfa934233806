import { ApiError } from '@signet/kube/client';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unquoted, withoutValues } from './unquoted.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a message without values', () => {
  const value = 'correct-horse-battery';
  const rows: readonly [message: string, values: readonly string[], expected: string][] = [
    ['denied: label team is missing', [value], 'denied: label team is missing'],
    [`denied: password is "${value}"`, [value], 'denied: password is "[redacted]"'],
    [`denied: ${base64(value)}`, [value], 'denied: [redacted]'],
    ['denied: correct-horse-...', [value], 'denied: [redacted]...'],
    [`denied: ${value}, ${value}`, [value], 'denied: [redacted], [redacted]'],
    [String.raw`denied: "a\"b\\c\"d\"e"`, ['a"b\\c"d"e'], 'denied: "[redacted]"'],
    ['denied: pass', ['pass'], 'denied: [redacted]'],
    ['port 80 is taken', ['80'], 'port 80 is taken'],
    ['', [value], ''],
  ];
  test.each(rows)('%s', (message, values, expected) => {
    expect(withoutValues(message, values.map(bytes))).toBe(expected);
  });

  test('whatever the value, eight characters of it in a row are not in the message', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -;=?-~]{8,60}$/), fc.nat(40), fc.nat(60), (value, from, length) => {
        const part = value.slice(from, from + Math.max(8, length));
        fc.pre(part.length >= 8);
        const told = withoutValues(`<<<${part}>>>`, [bytes(value)]);
        expect(told).toBe('<<<[redacted]>>>');
      }),
    );
  });
});

test('a refusal keeps what is known of it, and nothing of what it quoted', async () => {
  const refusal = new ApiError({
    status: 422,
    reason: 'Invalid',
    message: 'denied: hunter2hunter2',
    details: { name: 'db', causes: [{ field: 'data', message: 'hunter2hunter2?' }] },
    retryAfterMs: 5,
    verb: 'PUT',
    path: '/api/v1/namespaces/web/secrets/db',
  });
  const failing = unquoted(
    () => [bytes('hunter2hunter2')],
    async () => Promise.reject(refusal),
  );
  await expect(failing).rejects.toMatchObject({
    status: 422,
    reason: 'Invalid',
    serverMessage: 'denied: [redacted]',
    details: { name: 'db', causes: [{ field: 'data', message: '[redacted]?' }] },
    retryAfterMs: 5,
    code: refusal.code,
  });
  await expect(failing).rejects.toThrow('PUT /api/v1/namespaces/web/secrets/db: denied: [redacted]');
  await expect(failing).rejects.not.toHaveProperty('cause');
});

test('what is no refusal passes as it is', async () => {
  const error = new TypeError('x');
  await expect(
    unquoted(
      () => [],
      async () => Promise.reject(error),
    ),
  ).rejects.toBe(error);
});
