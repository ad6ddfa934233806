import { expect, test } from 'vitest';
import { providerErrors } from '../errors.ts';
import { Canary } from './canary.ts';
import { testRoom } from './test-room.ts';

// What searches for leaks must find them.

test.each([
  ['a message', (value: string) => new Error(`it is ${value}`)],
  ['a cause', (value: string) => new Error('failed', { cause: new Error(value) })],
  ['a property', (value: string) => Object.assign(new Error('failed'), { body: { text: value } })],
  [
    'an error of a backend as the cause of ours',
    (value: string) => providerErrors.UNAVAILABLE({ because: 'x' }, { cause: { value } }),
  ],
])('a value in %s of an error is found', (_where, make) => {
  const canary = new Canary();
  const [leaked] = [canary.value(), canary.value()];
  canary.hear(make(leaked));
  expect(canary.leaks).toEqual([leaked.slice(0, 12)]);
});

test('a value in the log, or in what a call is counted under, is found', () => {
  const canary = new Canary();
  const room = testRoom();
  room.logger.info({ value: canary.value() }, 'read');
  room.observe({ provider: 'x', call: canary.value(), ok: true, seconds: 0 });
  canary.hearRoom(room);
  expect(canary.leaks).toHaveLength(2);
});

test('where nothing leaks nothing is found', async () => {
  const canary = new Canary();
  canary.value();
  canary.hear(providerErrors.NOT_FOUND({ key: 'db' }));
  canary.hearRoom(testRoom());
  expect(canary.leaks).toEqual([]);
});
