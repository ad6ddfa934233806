import { manualClock } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { renewingToken } from './service-account-token.ts';

function setting(): {
  readonly asked: string[];
  readonly clock: ReturnType<typeof manualClock>;
  readonly token: ReturnType<typeof renewingToken>;
} {
  const clock = manualClock();
  const asked: string[] = [];
  const token = renewingToken(async () => {
    asked.push(`t${asked.length + 1}`);
    return { token: asked.at(-1) ?? '', expiresAt: clock.now() + 1_000_000 };
  }, clock);
  return { asked, clock, token };
}

describe('a token', () => {
  test('is asked for once by all that need it at the same time', async () => {
    const { asked, token } = setting();
    await expect(Promise.all([token.current(), token.current(), token.current()])).resolves.toEqual(['t1', 't1', 't1']);
    expect(asked).toHaveLength(1);
  });

  test('is used for four fifths of its life, then asked for anew: before it ends', async () => {
    const { clock, token } = setting();
    await token.current();
    await clock.advance(799_999);
    await expect(token.current()).resolves.toBe('t1');
    await clock.advance(1);
    await expect(token.current()).resolves.toBe('t2');
  });

  test('that was refused is asked for anew', async () => {
    const { token } = setting();
    await token.current();
    await expect(token.current({ renew: true })).resolves.toBe('t2');
    await expect(token.current()).resolves.toBe('t2');
  });

  test('that could not be had is asked for again by the next caller', async () => {
    let fails = true;
    const token = renewingToken(async () => {
      if (fails) throw new Error('not now');
      return { token: 'late', expiresAt: Infinity };
    }, manualClock());
    await expect(token.current()).rejects.toThrow('not now');
    fails = false;
    await expect(token.current()).resolves.toBe('late');
  });
});
