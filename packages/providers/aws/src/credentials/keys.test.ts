import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Keys } from './keys.ts';

test('promise 9: keys that are printed or written as JSON show nothing', () => {
  const keys = new Keys({ accessKeyId: 'AKIAID', secretAccessKey: 'hunter2', sessionToken: 'token-of-it', expiresAt: 1 });
  const said = `${inspect(keys, { depth: 9, showHidden: true })}${JSON.stringify(keys)}${Object.keys(keys).join()}`;
  for (const part of ['AKIAID', 'hunter2', 'token-of-it']) expect(said).not.toContain(part);
});
